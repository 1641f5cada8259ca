"""Values by name, kept apart from each other, so that a run which reads them again makes only those that it uses."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from lictor.light import HIGHEST_PROTOCOL, pickled, unpickled

T = TypeVar("T")


class KeptItems(Mapping[str, T]):
    """A mapping whose values are pickles until somebody asks for them: a function's module is imported no sooner."""

    __slots__ = ("_made", "_pickled")

    def __init__(self, items: Mapping[str, T]) -> None:
        """Pickle each value. Raises what pickling raises."""
        self._made: dict[str, T] = {}
        self._pickled = {name: pickled(item, HIGHEST_PROTOCOL) for name, item in items.items()}

    def __getitem__(self, name: str) -> T:
        if name not in self._made:
            self._made[name] = unpickled(self._pickled[name])  # stands in what was read from there
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._pickled

    def __iter__(self) -> Iterator[str]:
        return iter(self._pickled)

    def __len__(self) -> int:
        return len(self._pickled)

    def __getstate__(self) -> dict[str, bytes]:
        return self._pickled

    def __setstate__(self, pickled: dict[str, bytes]) -> None:
        self._made, self._pickled = {}, pickled
