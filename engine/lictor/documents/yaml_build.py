"""Values out of YAML events: one pass with its own stack, aliases shared by reference, nothing made but plain data."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml

from lictor.documents.complaints import Complaint, shown
from lictor.documents.yaml_scalars import MAYBE_NOT_TEXT, resolve, resolve_as
from lictor.errors import did_you_mean
from lictor.model import Budgets
from lictor.values import NamedTuple

Tags = Mapping[str, Callable[[Any], Any]]

_CORE = "tag:yaml.org,2002:"
_NO_KEY = object()
_MERGE = object()
_COMPLEX = object()
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


class _Open:
    """A list or mapping that is being read."""

    __slots__ = ("anchor", "before", "is_mapping", "key", "mark", "merges", "tag", "value")

    def __init__(self, event: Any, before: int, is_mapping: bool) -> None:  # noqa: ANN401 - yaml has no types
        self.value: Any = {} if is_mapping else []
        self.is_mapping = is_mapping
        self.key: Any = _NO_KEY
        self.merges: list[Any] | None = None
        self.anchor: str | None = event.anchor
        self.tag: str | None = event.tag
        self.mark = event.start_mark
        self.before = before


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
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int, str | None]] = {}
        self._pending: set[str] = set()
        self._root: Any = None
        self._nodes = 0
        self._is_whole = True
        self._is_blank = True

    def build(self, stream: Iterator[Any]) -> Iterator[Built]:
        """Yield each document as it ends. Raises TooMuch and whatever the stream raises."""
        index = 0
        scalar, alias, add_scalar = yaml.ScalarEvent, yaml.AliasEvent, self._add_scalar
        starts = {yaml.MappingStartEvent: True, yaml.SequenceStartEvent: False}
        ends = {yaml.MappingEndEvent, yaml.SequenceEndEvent}
        for event in stream:
            kind = event.__class__
            if kind is scalar:
                add_scalar(event)
            elif kind in starts:
                self._open(event, starts[kind])
            elif kind in ends:
                self._close()
            elif kind is alias:
                self._add_alias(event)
            elif kind is yaml.DocumentEndEvent:
                yield Built(self._root, index, self._is_whole, self._is_blank)
                self._start_document()
                index += 1

    def _complain(self, code: str, message: str, event: Any, hint: str = "") -> None:  # noqa: ANN401
        start = event.start_mark.index
        self.complaints.append(Complaint(code, message, start, max(start, event.end_mark.index), hint))

    def _count(self, nodes: int, mark: Any) -> None:  # noqa: ANN401
        self._nodes += nodes
        if self._nodes > self.budgets.nodes:
            message = f"the document holds more than {self.budgets.nodes} values, aliases counted each time"
            self.complaints.append(Complaint("too-many-nodes", message, mark.index, mark.index))
            raise TooMuch

    def _add_scalar(self, event: Any) -> None:  # noqa: ANN401
        self._nodes += 1
        if self._nodes > self.budgets.nodes:
            self._count(0, event.start_mark)
        text = event.value
        top = self._stack[-1] if self._stack else None
        if event.anchor is not None:
            self._anchors[event.anchor] = (text, 1, text)  # the key of an entry may have an anchor too
        if top is not None and top.is_mapping and top.key is _NO_KEY:
            top.key = self._key(event, text)
            return
        if event.tag is not None:
            value = self._tagged_scalar(event, text)
        elif not event.implicit[0] or (text and text[0] not in MAYBE_NOT_TEXT):
            value = text
        elif text in self._plain:
            value = self._plain[text]
        else:
            value = self._resolve(event, text)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, 1, text)
        if top is None:
            self._root = value
            self._is_blank = event.value == "" and event.implicit[0]
        elif not top.is_mapping:
            top.value.append(value)
        else:
            self._set(top, value)

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
        if tag is None:
            return _MERGE if text == "<<" and event.implicit[0] else text
        if tag == _CORE + "merge":
            return _MERGE
        self._tagged_scalar(event, text)  # for what there is to complain of: keys are text as they are written
        return text

    def _set(self, top: _Open, value: Any) -> None:  # noqa: ANN401
        key, top.key = top.key, _NO_KEY
        if key is _MERGE:
            top.merges = [*(top.merges or ()), value]
        elif key is not _COMPLEX:
            if key in top.value:
                self.has_duplicates = True
                del top.value[key]  # the last counts, at its own place
            top.value[key] = value

    def _add(self, value: Any, event: Any, key_text: str | None) -> None:  # noqa: ANN401
        top = self._stack[-1] if self._stack else None
        if top is None:
            self._root, self._is_blank = value, False
        elif not top.is_mapping:
            top.value.append(value)
        elif top.key is _NO_KEY:
            top.key = _COMPLEX if key_text is None else key_text
            if key_text is None:
                self._is_whole = False
                self._complain("complex-key", "expected a key that is text, found a list or a mapping", event)
        else:
            self._set(top, value)

    def _open(self, event: Any, is_mapping: bool) -> None:  # noqa: ANN401
        self._count(1, event.start_mark)
        if len(self._stack) >= self.budgets.depth:
            mark = event.start_mark.index
            message = f"values nest deeper than {self.budgets.depth} levels"
            self.complaints.append(Complaint("too-deep", message, mark, mark + 1))
            raise TooMuch
        if event.anchor is not None:
            self._pending.add(event.anchor)
            self._anchors.pop(event.anchor, None)
        self._stack.append(_Open(event, self._nodes - 1, is_mapping))

    def _close(self) -> None:
        done = self._stack.pop()
        value = done.value
        if done.merges:
            self._merge(done)
        event = _Marks(done.mark)
        if done.tag is not None:
            value = self._tagged_collection(done.tag, value, event, done.is_mapping)
        if done.anchor is not None:
            self._pending.discard(done.anchor)
            self._anchors[done.anchor] = (value, self._nodes - done.before, None)
        self._add(value, event, None)

    def _add_alias(self, event: Any) -> None:  # noqa: ANN401
        name = event.anchor
        if name not in self._anchors:
            if name in self._pending:
                self._complain("alias-cycle", f"the alias '*{name}' stands inside the value that it names", event)
            else:
                self._complain("bad-document", f"expected an anchor '&{name}' before the alias '*{name}'", event)
            self._is_whole = False
            self._add({}, event, "")  # fits wherever it stands, so that nothing more is said of it
            return
        value, nodes, key_text = self._anchors[name]
        self._count(nodes, event.start_mark)
        self._add(value, event, key_text)

    def _merge(self, done: _Open) -> None:
        own = done.value
        for merged in done.merges or ():
            for source in merged if isinstance(merged, list) else [merged]:
                if not isinstance(source, dict):
                    self._is_whole = False
                    self._complain(
                        "bad-document", "expected a mapping or a list of mappings after '<<'", _Marks(done.mark)
                    )
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
        hint = did_you_mean(name, self.tags) or "only standard YAML tags and those of the file's format are read"
        self._complain("bad-tag", f"the tag {shown(name)} is not known", event, hint)


_KNOWN = _LISTS | _MAPPINGS | {"str", "int", "float", "bool", "null", "binary", "timestamp", "merge"}


class _Marks:
    """The marks of a collection that has ended: its start is all that a complaint shows."""

    __slots__ = ("end_mark", "start_mark")

    def __init__(self, mark: Any) -> None:  # noqa: ANN401
        self.start_mark = self.end_mark = mark
