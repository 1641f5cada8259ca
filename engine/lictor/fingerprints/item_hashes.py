"""What tells a list item that has no name: a hash of all that it holds, but for the value that was found in it.

It is the sum of the hashes of its keys and scalars, so that neither order nor nesting matters, `"Action": "s3:*"` and
`"Action": ["s3:*"]` are the same, as IAM takes them, and a value is left out by taking its sum away: a statement may
hold ten thousand findings.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import Any, TypeGuard

from lictor.light import sha256
from lictor.model import EMBEDDED, Path

_LENGTH = 16
_MODULUS = 1 << 128
_SHORT = 120
"""Characters of a text whose hash is kept: keys, actions and operators are the same from document to document."""

_JSON = json.JSONEncoder(default=str)


class ItemHashes:
    """Hashes of a document's list items."""

    def __init__(self) -> None:
        """Start with nothing known."""
        # by the value's identity; the value is kept too, so that no other can get its identity
        self._sums: dict[int, tuple[int, Any]] = {}
        self._embedded: dict[str, Any] = {}

    def hash_without(self, item: Any, rest: Path) -> str:  # noqa: ANN401 - any JSON value
        """Return the hash of an item without the value that `rest` leads to; without a `rest`, of all of it.

        An index into what is no list is that of its only item: itself.
        """
        total, value = self._sum(item), item
        for head in rest:
            if value.__class__ is dict and head in value:  # of documents, most steps are a key of an object
                value = value[head]
            elif head == EMBEDDED and isinstance(value, str):
                text, value = value, self.embedded(value)
                total += self._sum(value) - _of_text(text)
            elif _holds(value, head):
                value = value[head]
            elif not _is_only_item(value, head):
                return _written(total)  # nothing stands there
        return _written(total - self._sum(value) if rest else total)

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

    def _sum(self, value: Any) -> int:  # noqa: ANN401 - any JSON value
        if value.__class__ is str:
            return _of_text(value)
        known = self._sums.get(id(value))
        if known is not None:
            return known[0]
        total = 0
        waiting = [value]
        while waiting:
            each = waiting.pop()
            if is_mapping(each):
                for key, member in each.items():
                    total += _of_text(str(key))
                    if member.__class__ is str:
                        total += _of_text(member)
                    else:
                        waiting.append(member)
            elif isinstance(each, (list, tuple)):
                waiting.extend(each)
            else:
                total += _of_text(each) if each.__class__ is str else _hash_of(_JSON.encode(each))
        self._sums[id(value)] = total, value
        return total


def _holds(value: Any, head: str | int) -> bool:  # noqa: ANN401 - any JSON value
    if is_mapping(value):
        return head in value
    return isinstance(value, list | tuple) and isinstance(head, int) and 0 <= head < len(value)


def _is_only_item(value: Any, head: str | int) -> bool:  # noqa: ANN401 - any JSON value
    """Tell whether an index is that of what stands in the place of a list of one."""
    return isinstance(head, int) and not isinstance(value, list | tuple) and value is not None


def is_mapping(container: Any) -> TypeGuard[Mapping[Any, Any]]:  # noqa: ANN401 - any JSON value
    """Tell whether a value is an object."""
    kind = container.__class__  # asking an abstract class takes longer than the rest of a hash
    return kind is dict or (kind is not list and isinstance(container, Mapping))


def _of_text(text: str) -> int:
    return _of_short_text(text) if len(text) <= _SHORT else _hash_of(encode_basestring_ascii(text))


@lru_cache(maxsize=10_000)
def _of_short_text(text: str) -> int:
    return _hash_of(encode_basestring_ascii(text))


def _hash_of(text: str) -> int:
    return int.from_bytes(sha256(text.encode("ascii")).digest()[:16], "big")


def _written(total: int) -> str:
    return f"{total % _MODULUS:032x}"[:_LENGTH]
