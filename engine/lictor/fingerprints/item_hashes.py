"""Hashes of values without a part of them, each in a time that does not grow with the value.

A policy may hold ten thousand findings in one statement, and the fingerprint of each is about that statement without
one value. So a container's hash is made of the sum of its members' hashes: a member is left out by taking it away.

A list of one item has the hash of its item, because IAM takes `"Action": "s3:*"` and `"Action": ["s3:*"]` for the same.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from json.encoder import encode_basestring_ascii
from typing import Any, TypeGuard

from lictor.model import EMBEDDED, Path

_MODULUS = 1 << 128
_SHORT = 120
"""Characters of a text whose hash is kept: keys, actions and operators are the same from document to document."""

_NOTHING = 0
"""What stands for a value that is left out, be it a property's, or the one item of its list."""

_CONTAINERS = (dict, list, tuple, Mapping)
_JSON = json.JSONEncoder(default=str)


class ItemHashes:
    """Hashes of a document's values; neither the order of keys nor that of list items matters."""

    def __init__(self) -> None:
        """Start with nothing known."""
        # by the value's identity; the value is kept too, so that no other can get its identity
        self._sums: dict[int, tuple[int, Any]] = {}
        self._embedded: dict[str, Any] = {}

    def hashes_along(self, value: Any, rest: Path) -> list[int]:  # noqa: ANN401 - any JSON value
        """Return the hashes of a value, and of each value on the way to what `rest` leads to, without that.

        An index into what is no list is that of its only item: itself.
        """
        values = [value]
        for head in rest:
            # of documents, most steps are a key of an object
            value = value[head] if value.__class__ is dict and head in value else self._step(value, head)
            values.append(value)
        found = self._hash(value)
        hashes = [found]
        for place in range(len(rest) - 1, -1, -1):
            found = self._hash_without(values[place], rest[place], values[place + 1], found, place + 1 == len(rest))
            hashes.append(found)
        hashes.reverse()
        return hashes

    def embedded(self, text: str) -> Any:  # noqa: ANN401 - any JSON value
        """Return the JSON that a text holds; of one that holds none, the text."""
        from lictor.documents import embedded_json
        from lictor.errors import LictorError

        if text not in self._embedded:
            try:
                self._embedded[text] = embedded_json(text)
            except LictorError:
                self._embedded[text] = text
        return self._embedded[text]

    def _step(self, value: Any, head: str | int) -> Any:  # noqa: ANN401 - any JSON value
        if head == EMBEDDED and isinstance(value, str):
            return self.embedded(value)
        if _holds(value, head):
            return value[head]
        return value if _is_only_item(value, head) else None

    def _hash_without(self, value: Any, head: str | int, inner: Any, rest_of_inner: int, is_last: bool) -> int:  # noqa: ANN401 - any JSON values
        """Return the hash of a value with `inner`, which stands at `head`, left out or in its own reduced form."""
        if head == EMBEDDED and isinstance(value, str):
            return rest_of_inner
        if value.__class__ is not dict or head not in value:
            if _is_only_item(value, head):
                return _NOTHING if is_last else rest_of_inner
            if not _holds(value, head):
                return self._hash(value)
        if is_mapping(value):
            whole = _entry(head, inner) if inner.__class__ is str else _named(head, self._hash(inner))
            left = _without_value(head) if is_last else _named(head, rest_of_inner)
        else:
            whole, left = self._hash(inner), _NOTHING if is_last else rest_of_inner
        return _whole(value, self._sum(value) - whole + left)

    def _hash(self, value: Any) -> int:  # noqa: ANN401 - any JSON value
        if value.__class__ is str:  # most are
            return _text(value)
        if isinstance(value, _CONTAINERS):
            return _whole(value, self._sum(value))
        return _hash_of(_JSON.encode(value))

    def _sum(self, value: Any) -> int:  # noqa: ANN401 - a mapping or a list
        known = self._sums.get(id(value))
        if known is not None:
            return known[0]
        total = 0
        has_keys = is_mapping(value)
        for key, member in value.items() if has_keys else enumerate(value):
            # written out, because documents nest deep and every call counts towards Python's limit
            if member.__class__ is str:
                total += _entry(key, member) if has_keys else _text(member)
                continue
            if isinstance(member, _CONTAINERS):
                found = _whole(member, self._sum(member))
            else:
                found = _hash_of(_JSON.encode(member))
            total += _named(key, found) if has_keys else found
        self._sums[id(value)] = total, value
        return total


def _holds(value: Any, head: str | int) -> bool:  # noqa: ANN401 - any JSON value
    if is_mapping(value):
        return head in value
    return isinstance(value, list | tuple) and isinstance(head, int) and 0 <= head < len(value)


def _is_only_item(value: Any, head: str | int) -> bool:  # noqa: ANN401 - any JSON value
    """Tell whether an index is that of the one item of a list, or of what stands in the place of such a list."""
    if not isinstance(head, int) or (is_mapping(value) and head in value):
        return False
    return not isinstance(value, list | tuple) or (len(value) == 1 and head == 0)


def _text(text: str) -> int:
    return _short_text(text) if len(text) <= _SHORT else _hash_of(encode_basestring_ascii(text))


@lru_cache(maxsize=10_000)
def _short_text(text: str) -> int:
    return _hash_of(encode_basestring_ascii(text))


def _entry(key: str | int, text: str) -> int:
    """Return the hash of a member that is text."""
    return _short_entry(key, text) if len(text) <= _SHORT else _named(key, _text(text))


@lru_cache(maxsize=10_000, typed=True)  # True is not 1
def _short_entry(key: str | int, text: str) -> int:
    return _named(key, _hash_of(encode_basestring_ascii(text)))


@lru_cache(maxsize=1_000, typed=True)
def _without_value(key: str | int) -> int:
    return _named(key, _NOTHING)


def _named(key: str | int, member: int) -> int:
    return _hash_of(f"{encode_basestring_ascii(str(key))}:{member:x}")


def _whole(container: Any, total: int) -> int:  # noqa: ANN401 - a mapping or a list
    if container.__class__ is dict or is_mapping(container):
        return _hash_of(f"{{{total % _MODULUS:x}")
    return total if len(container) == 1 else _hash_of(f"[{total % _MODULUS:x}")


def is_mapping(container: Any) -> TypeGuard[Mapping[Any, Any]]:  # noqa: ANN401 - any JSON value
    """Tell whether a value is an object."""
    kind = container.__class__  # asking an abstract class takes longer than the rest of a hash
    return kind is dict or (kind is not list and isinstance(container, Mapping))


def _hash_of(text: str) -> int:
    return int.from_bytes(sha256(text.encode("ascii")).digest()[:16], "big")
