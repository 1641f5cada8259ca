"""Hashes of values without a part of them, each in a time that does not grow with the value.

A policy may hold ten thousand findings in one statement, and the fingerprint of each is about that statement without
one value. So a container's hash is made of the sum of its members' hashes: a member is left out by taking it away.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from lictor.model import EMBEDDED, Path

_ITEM_HASH_LENGTH = 16
_MODULUS = 1 << 128


class ItemHashes:
    """Hashes of a document's values; neither the order of keys nor that of list items matters."""

    def __init__(self) -> None:
        """Start with nothing known."""
        # by the value's identity; the value is kept too, so that no other can get its identity
        self._sums: dict[int, tuple[int, Any]] = {}
        self._embedded: dict[str, Any] = {}

    def digest_without(self, value: Any, rest: Path) -> str:  # noqa: ANN401 - any JSON value
        """Return the hash of a value with what `rest` leads to left out."""
        return f"{self._hash_without(value, rest):032x}"[:_ITEM_HASH_LENGTH]

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

    def _hash_without(self, value: Any, rest: Path) -> int:  # noqa: ANN401 - any JSON value
        if not rest:
            return self._hash(value)
        head, tail = rest[0], rest[1:]
        if head == EMBEDDED and isinstance(value, str):
            return self._hash_without(self.embedded(value), tail)
        is_there = head in value if isinstance(value, Mapping) else _is_index(value, head)
        if not is_there:
            return self._hash(value)
        total = self._sum(value) - _member(value, head, self._hash(value[head]))
        if tail:
            total += _member(value, head, self._hash_without(value[head], tail))
        return _whole(value, total)

    def _hash(self, value: Any) -> int:  # noqa: ANN401 - any JSON value
        if isinstance(value, Mapping | list | tuple):
            return _whole(value, self._sum(value))
        return _hash_of(json.dumps(value, default=str))

    def _sum(self, value: Any) -> int:  # noqa: ANN401 - a mapping or a list
        known = self._sums.get(id(value))
        if known is None:
            pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
            known = sum(_member(value, key, self._hash(member)) for key, member in pairs), value
            self._sums[id(value)] = known
        return known[0]


def _is_index(value: Any, head: str | int) -> bool:  # noqa: ANN401 - any JSON value
    return isinstance(value, list | tuple) and isinstance(head, int) and 0 <= head < len(value)


def _member(container: Any, key: str | int, member: int) -> int:  # noqa: ANN401 - a mapping or a list
    return _hash_of(f"{json.dumps(str(key))}:{member:x}") if isinstance(container, Mapping) else member


def _whole(container: Any, total: int) -> int:  # noqa: ANN401 - a mapping or a list
    return _hash_of(f"{'{' if isinstance(container, Mapping) else '['}{total % _MODULUS:x}")


def _hash_of(text: str) -> int:
    return int.from_bytes(sha256(text.encode("ascii")).digest()[:16], "big")
