"""Where a value is: paths inside a document, regions in its text, and the two together."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, NoReturn

from lictor.patterns import lazy_pattern
from lictor.values import NamedTuple


class _Empty(Mapping[Any, Any]):
    """A mapping that nobody can put anything into, and that travels between processes by its name."""

    __slots__ = ()

    def __getitem__(self, key: object) -> NoReturn:
        raise KeyError(key)

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __reduce__(self) -> str:
        return "EMPTY"


EMPTY: Mapping[Any, Any] = _Empty()
"""The default of fields that hold a mapping."""

Path = tuple[str | int, ...]
"""Keys and 0-based indices from the root. `EMBEDDED` after a string enters the JSON text that the string holds."""

EMBEDDED = "!json"
"""The path element that enters a string holding JSON. A string has no keys, so it can't be mistaken for one."""

Highlight = Literal["value", "key"]
"""Which half of a mapping entry a place shows: its value or its key."""


class Region(NamedTuple):
    """A span of text: lines and columns are 1-based code points, the end is exclusive (SARIF 3.30)."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int


class Node(NamedTuple):
    """A query result. `path` is None when the value was computed and stands nowhere in the document."""

    value: Any
    path: Path | None


class Context(NamedTuple):
    """Whole source lines around a region, so that a report can show them without reading the file again.

    In `text` they end at a line feed, whatever ends them in the file; the last one ends with the text.
    """

    start_line: int
    text: str

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines, without what ends them."""
        return tuple(self.text.split("\n"))


class Location(NamedTuple):
    """A place in a file: `path` leads from the document's root, `logical` is the same for people to read."""

    uri: str
    region: Region | None = None
    path: Path = ()
    logical: str = ""
    context: Context | None = None


Locate = Callable[[Path, Highlight], Region]
"""Find a path's region. A path that is not in the text gives the region of its closest ancestor that is."""

_IDENTIFIER = lazy_pattern(r"[A-Za-z_][A-Za-z0-9_]*")


def format_path(path: Iterable[str | int]) -> str:
    """Write a path as the JMESPath expression that leads to it.

    >>> format_path(("Resources", "Open-Role", "Statement", 0))
    'Resources."Open-Role".Statement[0]'
    """
    text = ""
    for element in path:
        if isinstance(element, int):
            text += f"[{element}]"
        else:
            name = element if _IDENTIFIER.fullmatch(element) or element == EMBEDDED else _quote(element)
            text += f".{name}" if text else name
    return text


def _quote(name: str) -> str:
    import json

    return json.dumps(name, ensure_ascii=False)
