"""Give a team's code copies of what it looks at, so that nothing it changes is seen by any other.

lictor's own plugins are trusted to change nothing, which their tests hold; copying for them too would double the
time of a run.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from lictor.evaluate.isolation import copied
from lictor.model import Document, Function, Kind, Subject

T = TypeVar("T")
Find = Callable[[Document, frozenset[str]], Iterable[Subject]]


class Copier:
    """Wraps what one plugin registers. Kinds that share a `find` still do."""

    def __init__(self) -> None:
        """Start with nothing wrapped."""
        self._finds: dict[Find, Find] = {}

    def wrap(self, item: T) -> T:
        """Return a function or a kind that gets copies; anything else as it is."""
        if isinstance(item, Function):
            return item._replace(call=_call_with_copies(item.call))
        if isinstance(item, Kind):
            find = self._finds.setdefault(item.find, _find_in_copy(item.find))
            return item._replace(find=find, assume=item.assume and _assume_copy(item.assume))
        return item


def _call_with_copies(call: Callable[..., Any]) -> Callable[..., Any]:
    def call_with_copies(*arguments: Any) -> Any:  # noqa: ANN401 - any JSON values
        return call(*(copied(value) if isinstance(value, list | dict) else value for value in arguments))

    return call_with_copies


def _find_in_copy(find: Find) -> Find:
    return lambda document, wanted: find(_copy_of(document), wanted)


def _assume_copy(assume: Callable[[Document], Subject]) -> Callable[[Document], Subject]:
    return lambda document: assume(_copy_of(document))


def _copy_of(document: Document) -> Document:
    return document._replace(data=copied(document.data))
