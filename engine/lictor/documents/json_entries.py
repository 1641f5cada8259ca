"""Large JSON documents read entry by entry: the items of the lists in one object, each let go before the next is read.

The text must be as JSON wants it throughout, with nothing worth a Problem; where it turns out not to be, `BrokenStream`
says so, and whoever asked forgets what came before and has the whole read at once, which tells what is wrong.
"""

from collections.abc import Callable, Container, Generator, Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed leaves it out
from typing import Any

from lictor.documents.json_places import JsonLocator, skip_space
from lictor.documents.json_text import complaint_before_reading, scan_strictly
from lictor.documents.lines import lines_of
from lictor.model import BrokenStream, Budgets, Document, Loaded, Path, Region


class _Whole:
    """What stands for the data of a streamed document."""

    __slots__ = ("at_once", "names", "read", "text")

    def __init__(self, text: str, names: Container[str], read: Callable[[], Loaded]) -> None:
        self.text = text
        self.names = names
        self.read = read
        self.at_once: Loaded | None = None


class _Entry:
    """What stands for the data of the document of one entry."""

    __slots__ = ("base", "value", "whole")

    def __init__(self, base: Path, value: Any) -> None:  # noqa: ANN401 - any JSON value
        self.base = base
        self.value = value
        self.whole: dict[str, list[Any]] | None = None


class StreamedDocument(Document):
    """A document that is read entry by entry, once for each call of `parts`.

    Its `data` is there for who knows nothing of that: then the whole is read.
    """

    __slots__ = ()

    @property
    def data(self) -> Any:  # noqa: ANN401 - any JSON value
        """The whole; raises BrokenStream where it has problems."""
        loaded = self.whole()
        if loaded.problems or len(loaded.documents) != 1:
            raise BrokenStream
        return loaded.documents[0].data

    @property
    def head(self) -> Any:  # noqa: ANN401 - the same
        """Nothing: no entry is known before it is read."""
        return {}

    def whole(self) -> Loaded:
        """Read the text at once."""
        held: _Whole = tuple.__getitem__(self, _DATA)
        if held.at_once is None:  # several kinds may ask
            held.at_once = held.read()
        return held.at_once

    def parts(self) -> "Iterator[EntryDocument]":
        """Yield a document for each entry. Raises BrokenStream, maybe only at the end."""
        held: _Whole = tuple.__getitem__(self, _DATA)
        for base, value, start in _entries(held.text, held.names):
            locate = JsonLocator(held.text, base=base, start=start)
            yield EntryDocument(self.uri, self.format, _Entry(base, value), self.text, locate, self.index)


class EntryDocument(Document):
    """A document as far as one entry of it is concerned: the other items of its list are None in `data`."""

    __slots__ = ()

    @property
    def part(self) -> tuple[Path, Any]:
        """The entry's path and value."""
        held: _Entry = tuple.__getitem__(self, _DATA)
        return held.base, held.value

    def with_part(self, value: Any) -> "EntryDocument":  # noqa: ANN401 - any JSON value
        """Return the same for another value of the entry."""
        return self._replace(data=_Entry(self.part[0], value))

    @property
    def data(self) -> Any:  # noqa: ANN401 - any JSON value
        """The entry in its place."""
        held: _Entry = tuple.__getitem__(self, _DATA)
        if held.whole is None:
            key, index = held.base
            held.whole = {str(key): [*[None] * int(index), held.value]}
        return held.whole

    @property
    def head(self) -> Any:  # noqa: ANN401 - the same
        """Nothing beside the entry."""
        return {}


_DATA = Document._fields.index("data")


def streamed_json(
    uri: str, text: str, budgets: Budgets, names: Container[str], read: Callable[[], Loaded]
) -> StreamedDocument | None:
    """Return a JSON object with lists under some of the names, and nothing under another, to be read entry by entry.

    None when it is past a budget. `read` reads it at once.
    """
    if complaint_before_reading(text, budgets):
        return None
    return StreamedDocument(uri, "json", _Whole(text, names, read), text, lambda _path, _highlight: _all_of(text))


def _space(text: str, at: int) -> int:
    return skip_space(text, at).end()  # type: ignore[union-attr]  # it matches anything


def _after(text: str, at: int, expected: str) -> int:
    if text[at : at + 1] != expected:
        raise BrokenStream
    return _space(text, at + 1)


def _all_of(text: str) -> Region:
    return lines_of(text).region(skip_space(text, 0).end(), len(text.rstrip(" \t\r\n")))  # type: ignore[union-attr]  # it matches anything


def _entries(text: str, names: Container[str]) -> Iterator[tuple[Path, Any, int]]:
    """Yield the path, the value and the offset of each item of the lists in an object."""
    at = _after(text, _space(text, 0), "{")
    seen: set[str] = set()
    while True:
        if text[at : at + 1] != '"':
            raise BrokenStream
        try:
            key, at = scanstring(text, at + 1)
        except ValueError:
            raise BrokenStream from None
        if key not in names or key in seen:
            raise BrokenStream
        seen.add(key)
        at = _after(text, _space(text, at), ":")
        if text[at : at + 1] == "[":
            at = yield from _items(text, at, key)
        else:
            value, at = scan_entry(text, at)
            if isinstance(value, dict):
                raise BrokenStream  # not what these names hold
        at = _space(text, at)
        if text[at : at + 1] == "}":
            break
        at = _after(text, at, ",")
    if _space(text, at + 1) != len(text):
        raise BrokenStream


def _items(text: str, at: int, key: str) -> Generator[tuple[Path, Any, int], None, int]:
    """Yield the items of a list; return the offset behind it."""
    at = _after(text, at, "[")
    if text[at : at + 1] == "]":
        return at + 1
    index = 0
    while True:
        value, end = scan_entry(text, at)
        yield (key, index), value, at
        del value  # before the next is read
        at = _space(text, end)
        if text[at : at + 1] == "]":
            return at + 1
        at = _after(text, at, ",")
        index += 1


def scan_entry(text: str, at: int) -> tuple[Any, int]:
    """Return the value at an offset and the offset behind it."""
    try:
        return scan_strictly(text, at)
    except (ValueError, StopIteration, RecursionError):
        raise BrokenStream from None
