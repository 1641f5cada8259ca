"""Where each key of a rule is written, looked up only when somebody asks: most rules never need it."""

from collections.abc import Iterator, Mapping
from typing import Any

from lictor.model import Document, Location, Path
from lictor.rules.scalars import scalar_location

_DEEPEST = 3


class Places(Mapping[str, Location]):
    """The places of a rule's keys by dotted name (`deny`, `let.outside`, `applies-to.0`), with their source lines."""

    __slots__ = ("_document", "_found", "_path")

    def __init__(self, document: Document, path: Path) -> None:
        """Take the document that holds the rule, and the path of the rule in it."""
        self._document = document
        self._path = path
        self._found: dict[str, Location] = {}

    def __getitem__(self, name: str) -> Location:
        if name not in self._found:
            path = dict(_names(_part(self._document, self._path)))[name]
            self._found[name] = scalar_location(self._document, self._path + path)
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in _names(_part(self._document, self._path)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __reduce__(self) -> tuple[type[dict[str, Location]], tuple[dict[str, Location]]]:
        """Travel to another process as a plain dictionary: a document can't."""
        return dict, (dict(self),)


def _part(document: Document, path: Path) -> Any:  # noqa: ANN401 - any JSON value
    value = document.data
    for element in path:
        value = value[element]
    return value


def _names(value: Any, name: str = "", path: Path = ()) -> Iterator[tuple[str, Path]]:  # noqa: ANN401 - any JSON value
    if path:
        yield name, path
    if len(path) >= _DEEPEST:
        return
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield from _names(inner, f"{name}.{key}" if name else str(key), (*path, key))
