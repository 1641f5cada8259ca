"""Values out of YAML events: one pass with its own stack, aliases shared by reference, nothing made but plain data."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NoReturn

import yaml

from lictor.documents.complaints import Complaint, shown
from lictor.documents.yaml_events import TEMPLATE_HINT, Parsed
from lictor.documents.yaml_scalars import MAYBE_NOT_TEXT, resolve, resolve_as
from lictor.errors import did_you_mean
from lictor.model import Budgets
from lictor.values import NamedTuple

Tags = Mapping[str, Callable[[Any], Any]]

_CORE = "tag:yaml.org,2002:"
_NO_KEY = object()
_MERGE = object()
_COMPLEX = object()
_ITEM = object()
_ROOT = object()

_SCALAR, _ALIAS = yaml.ScalarEvent, yaml.AliasEvent
_START_OF_DOCUMENT, _END_OF_DOCUMENT = yaml.DocumentStartEvent, yaml.DocumentEndEvent
_MAPPING, _END_OF_MAPPING = yaml.MappingStartEvent, yaml.MappingEndEvent
_LIST, _END_OF_LIST = yaml.SequenceStartEvent, yaml.SequenceEndEvent

_Outer = tuple[Any, Any, list[Any] | None, Any, int, int]
"""Of a collection that one in it interrupts: its value, key, merges, first event and its number, nodes before."""

_LISTS = frozenset({"seq", "omap", "pairs"})
_MAPPINGS = frozenset({"map", "set", "omap"})


class Built(NamedTuple):
    """One document of a stream. `is_whole` is false when a part of it could not be built."""

    data: Any
    number: int
    is_whole: bool
    is_blank: bool


class TooMuch(Exception):  # noqa: N818 - it is caught by the one who reads, it is no error of ours
    """A budget is spent; the rest of the file is not read."""


class Builder:
    """Builds the documents of one stream of events.

    `has_duplicates` is true when a mapping has a key twice; finding where is left to a pass that keeps places.
    """

    def __init__(self, budgets: Budgets, tags: Tags) -> None:
        """Start with nothing built."""
        self.budgets = budgets
        self.tags = tags
        self.complaints: list[Complaint] = []
        self.has_duplicates = False
        self._plain: dict[str, Any] = {}
        self._start_document()

    def _start_document(self) -> None:
        self._anchors: dict[str, tuple[Any, int, str | None]] = {}
        self._pending: set[str] = set()
        self._is_whole = True

    def build(self, events: Iterable[Any], parsed: Parsed) -> Iterator[Built]:  # noqa: C901, PLR0912, PLR0915 - one loop
        """Yield each document as it ends; the events are kept in `parsed`.

        Raises TooMuch and whatever the events raise. It is one loop without a call for most events, because there is
        one of these for every value, key and bracket of a file.
        """
        most, plain = self.budgets.nodes, self._plain
        stack: list[_Outer] = []
        index = 0
        into: Any = None
        key: Any = _ROOT  # the key that waits for its value, or what kind of place the next value goes to
        merges: list[Any] | None = None
        begun: Any = None
        nodes = first = before = 0
        is_blank = True
        kept, pairs, documents = parsed
        keep = kept.append
        for number, event in enumerate(events):
            keep(event)
            kind = event.__class__
            key_text: str | None = None
            if kind is _SCALAR:
                nodes += 1
                if nodes > most:
                    self._refuse_nodes(event.start_mark)
                text = event.value
                is_plain = event.implicit[0]
                if event.tag is None and event.anchor is None:
                    if key is _NO_KEY:
                        key = _MERGE if is_plain and text == "<<" else text
                        continue
                    value = text
                    if is_plain and (not text or text[0] in MAYBE_NOT_TEXT):
                        value = plain[text] if text in plain else self._resolve(event, text)
                elif key is _NO_KEY:
                    key = self._key(event, text)
                    continue
                else:
                    value = self._marked_scalar(event, text)
                is_blank = is_plain and text == ""
            elif kind is _MAPPING or kind is _LIST:
                if nodes >= most:
                    self._refuse_nodes(event.start_mark)
                if len(stack) >= self.budgets.depth:
                    self._refuse_depth(event)
                if event.anchor is not None:
                    self._pending.add(event.anchor)
                    self._anchors.pop(event.anchor, None)
                stack.append((into, key, merges, begun, first, before))
                merges, begun, first, before = None, event, number, nodes
                nodes += 1
                into, key = ({}, _NO_KEY) if kind is _MAPPING else ([], _ITEM)
                continue
            elif kind is _END_OF_MAPPING or kind is _END_OF_LIST:
                pairs[first], pairs[number] = number, first
                if merges:
                    self._merge(into, merges, begun)
                value = into
                if begun.tag is not None or begun.anchor is not None:
                    value = self._marked_collection(begun, into, nodes - before)
                event = _Marks(begun.start_mark)  # noqa: PLW2901 - a complaint of what has ended shows its start
                into, key, merges, begun, first, before = stack.pop()
                is_blank = False
            elif kind is _ALIAS:
                value, more, key_text = self._alias(event)
                nodes += more
                if nodes > most:
                    self._refuse_nodes(event.start_mark)
                is_blank = False
            elif kind is _END_OF_DOCUMENT:
                yield Built(into, index, self._is_whole, is_blank)
                self._start_document()
                into, key, is_blank, nodes = None, _ROOT, True, 0
                index += 1
                continue
            else:
                if kind is _START_OF_DOCUMENT:
                    documents.append(number)
                continue
            if key is _ITEM:
                into.append(value)
            elif key.__class__ is str:
                if key in into:
                    self.has_duplicates = True
                    del into[key]  # the last counts, at its own place
                into[key] = value
                key = _NO_KEY
            elif key is _NO_KEY:
                key = self._complex_key(key_text, value, event)
            elif key is _MERGE:
                merges = [*(merges or ()), value]
                key = _NO_KEY
            elif key is _COMPLEX:
                key = _NO_KEY
            else:
                into = value

    def _complain(self, code: str, message: str, event: Any, hint: str = "") -> None:  # noqa: ANN401 - yaml has no types
        start = event.start_mark.index
        self.complaints.append(Complaint(code, message, start, max(start, event.end_mark.index), hint))

    def _refuse_nodes(self, mark: Any) -> NoReturn:  # noqa: ANN401
        message = f"the document holds more than {self.budgets.nodes} values, aliases counted each time"
        self.complaints.append(Complaint("too-many-nodes", message, mark.index, mark.index))
        raise TooMuch

    def _refuse_depth(self, event: Any) -> NoReturn:  # noqa: ANN401
        mark = event.start_mark.index
        message = f"values nest deeper than {self.budgets.depth} levels"
        self.complaints.append(Complaint("too-deep", message, mark, mark + 1))
        raise TooMuch

    def _resolve(self, event: Any, text: str) -> Any:  # noqa: ANN401
        value, is_out_of_range = resolve(text)
        if is_out_of_range:
            self._complain_of_number(event, text)
        else:
            self._plain[text] = value
        return value

    def _complain_of_number(self, event: Any, text: str) -> None:  # noqa: ANN401
        message = f"{shown(text)} is not a number that every reader can hold, and is kept as text"
        self._complain("number-out-of-range", message, event, "put it in quotes if it is text")

    def _key(self, event: Any, text: str) -> Any:  # noqa: ANN401
        tag = event.tag
        if event.anchor is not None:
            self._anchors[event.anchor] = (text, 1, text)
        if tag is None:
            return _MERGE if text == "<<" and event.implicit[0] else text
        if tag == _CORE + "merge":
            return _MERGE
        self._tagged_scalar(event, text)  # for what there is to complain of: keys are text as they are written
        return text

    def _complex_key(self, text: str | None, value: Any, event: Any) -> Any:  # noqa: ANN401
        if text is not None:
            return text
        self._is_whole = False
        is_mapping = isinstance(value, dict)
        found, hint = ("a mapping", TEMPLATE_HINT) if is_mapping else ("a list", "")
        self._complain("complex-key", f"expected a key that is text, found {found}", event, hint)
        return _COMPLEX

    def _marked_scalar(self, event: Any, text: str) -> Any:  # noqa: ANN401
        """Return the value of a scalar that has a tag or an anchor."""
        if event.tag is not None:
            value = self._tagged_scalar(event, text)
        else:
            value = self._resolve(event, text) if event.implicit[0] else text
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, 1, text)
        return value

    def _marked_collection(self, begun: Any, value: Any, nodes: int) -> Any:  # noqa: ANN401
        """Return the value of a collection that has a tag or an anchor."""
        if begun.tag is not None:
            value = self._tagged_collection(begun.tag, value, _Marks(begun.start_mark), isinstance(value, dict))
        if begun.anchor is not None:
            self._pending.discard(begun.anchor)
            self._anchors[begun.anchor] = (value, nodes, None)
        return value

    def _alias(self, event: Any) -> tuple[Any, int, str | None]:  # noqa: ANN401
        """Return what an alias stands for, how many values that is, and the text of it where that is a scalar."""
        name = event.anchor
        if name not in self._anchors:
            if name in self._pending:
                self._complain("alias-cycle", f"the alias '*{name}' stands inside the value that it names", event)
            else:
                self._complain("bad-document", f"expected an anchor '&{name}' before the alias '*{name}'", event)
            self._is_whole = False
            return {}, 0, ""  # fits wherever it stands, so that nothing more is said of it
        return self._anchors[name]

    def _merge(self, own: dict[str, Any], merges: Iterable[Any], begun: Any) -> None:  # noqa: ANN401
        for merged in merges:
            for source in merged if isinstance(merged, list) else [merged]:
                if not isinstance(source, dict):
                    self._is_whole = False
                    message = "expected a mapping or a list of mappings after '<<'"
                    self._complain("bad-document", message, _Marks(begun.start_mark))
                    return
                for key in source:
                    own.setdefault(key, source[key])

    def _tagged_scalar(self, event: Any, text: str) -> Any:  # noqa: ANN401
        tag: str = event.tag
        if tag == "!":
            return text
        if not tag.startswith(_CORE):
            return self._by_tag(tag, text, event)
        name = tag[len(_CORE) :]
        value, is_out_of_range, expected = resolve_as(name, text)
        if is_out_of_range:
            self._complain_of_number(event, text)
        elif expected and name not in _KNOWN:
            self._complain_of_tag(tag, event)
        elif expected:
            self._complain("bad-tag", f"expected {expected} after '!!{name}', found {shown(text)}", event)
        return value

    def _tagged_collection(self, tag: str, value: Any, event: Any, is_mapping: bool) -> Any:  # noqa: ANN401
        if tag == "!":
            return value
        if not tag.startswith(_CORE):
            return self._by_tag(tag, value, event)
        name = tag[len(_CORE) :]
        if name not in (_MAPPINGS if is_mapping else _LISTS):
            if name in _KNOWN:
                found = "a mapping" if is_mapping else "a list"
                self._complain("bad-tag", f"expected another value after '!!{name}', found {found}", event)
            else:
                self._complain_of_tag(tag, event)
        return value

    def _by_tag(self, tag: str, value: Any, event: Any) -> Any:  # noqa: ANN401
        build = self.tags.get(tag)
        if build is None:
            self._complain_of_tag(tag, event)
            return value
        try:
            return build(value)
        except ValueError as error:
            self._complain("bad-tag", f"{error} after '{tag}'", event)
            return value

    def _complain_of_tag(self, tag: str, event: Any) -> None:  # noqa: ANN401
        name = f"!!{tag[len(_CORE) :]}" if tag.startswith(_CORE) else tag
        hint = did_you_mean(name, self.tags) or _TAG_HINT
        self._complain("bad-tag", f"the tag {shown(name)} is not known", event, hint)


_TAG_HINT = "only standard YAML tags and those of the file's format are read; text that starts with ! stands in quotes"
_KNOWN = _LISTS | _MAPPINGS | {"str", "int", "float", "bool", "null", "binary", "timestamp", "merge"}


class _Marks:
    """The marks of a collection that has ended: its start is all that a complaint shows."""

    __slots__ = ("end_mark", "start_mark")

    def __init__(self, mark: Any) -> None:  # noqa: ANN401
        self.start_mark = self.end_mark = mark
