"""Edits of JSON text that keep everything else as it is, and follow the indentation around them."""

import json
import re
from typing import Any

from lictor.documents.json_places import Entry, JsonLocator
from lictor.documents.places import Place, Span
from lictor.documents.splice import Splice, indentation, newline_of, refuse
from lictor.model import EditAction, Path

_OPENED_LINE = re.compile(r"[{\[][ \t]*\r?\n([ \t]+)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WIDE = 100


def splice_json(places: JsonLocator, path: Path, action: EditAction, value: Any) -> Splice:  # noqa: ANN401 - any JSON value
    """Return the splice that makes an edit; raises LictorError when the path is not there."""
    place = places.place(path)
    is_there = place.resolved == len(path)
    if action == "rename":
        return Splice(*place.key, dump(value)) if is_there and place.key else refuse("there is no key to rename")
    if action == "remove":
        return _remove(places, path) if is_there and path else refuse("there is nothing to remove")
    if is_there and action == "add":
        refuse("there is such a key")
    if is_there:
        return _set(places, place, value) if action == "set" else _append(places, place, value)
    if place.resolved == len(path) - 1 and isinstance(path[-1], str) and places.text[place.value.start] == "{":
        return _add_entry(places, place.value, path[-1], [value] if action == "append" else value)
    return refuse("the path is not in the document")


def dump(value: Any, indent: str | None = None, separators: tuple[str, str] = (", ", ": ")) -> str:  # noqa: ANN401
    """Write a JSON value; lone surrogates stay escaped, so that the text can be encoded."""
    item, colon = separators
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=(item.rstrip() if indent else item, colon))
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _set(places: JsonLocator, place: Place, value: Any) -> Splice:  # noqa: ANN401
    start, end = place.value
    is_flat = "\n" not in places.text[start:end]
    return Splice(start, end, _written(places, value, indentation(places.text, start), is_flat=is_flat))


def _written(places: JsonLocator, value: Any, margin: str, *, is_flat: bool) -> str:  # noqa: ANN401
    text = places.text
    separators = (",", ":") if ":" in text and not re.search(r'":\s', text) else (", ", ": ")
    unit = _unit(text)
    flat = dump(value, separators=separators)
    if unit is None or not isinstance(value, (list, dict)) or not value or (is_flat and len(flat) <= _WIDE):
        return flat
    return dump(value, unit).replace("\n", newline_of(text) + margin)


def _unit(text: str) -> str | None:
    found = _OPENED_LINE.search(text)
    if not found:
        return None
    return found[1].removeprefix(indentation(text, found.start())) or "  "


def _append(places: JsonLocator, place: Place, value: Any) -> Splice:  # noqa: ANN401
    start, end = place.value
    if places.text[start] != "[":
        old = json.JSONDecoder().raw_decode(places.text, start)[0]
        if "\n" in places.text[start:end]:
            return _set(places, place, [old, value])
        return Splice(start, end, f"[{places.text[start:end]}, {_written(places, value, '', is_flat=True)}]")
    items = list(places.children(place.value).values())
    if not items:
        return _set(places, place, [value])
    return _add_after(places, place.value, items, "", value)


def _add_entry(places: JsonLocator, span: Span, key: str, value: Any) -> Splice:  # noqa: ANN401
    entries = list(places.children(span).values())
    if not entries:
        margin = indentation(places.text, span.start)
        return Splice(*span, _written(places, {key: value}, margin, is_flat=_unit(places.text) is None))
    colon = ":" if not re.search(r'":\s', places.text) else ": "
    return _add_after(places, span, entries, dump(key) + colon, value)


def _add_after(places: JsonLocator, span: Span, entries: list[Entry], before: str, value: Any) -> Splice:  # noqa: ANN401
    text = places.text
    first, last = entries[0], entries[-1]
    start = (first.key or first.value).start
    lead = text[span.start + 1 : start]
    at = last.value.end
    if "\n" not in lead:
        comma = "," if ":" in text and not re.search(r"[:,]\s", text) else ", "
        return Splice(at, at, comma + before + _written(places, value, "", is_flat=True))
    margin = indentation(text, start)
    written = _written(places, value, margin, is_flat="\n" not in text[last.value.start : last.value.end])
    return Splice(at, at, "," + newline_of(text) + margin + before + written)


def _remove(places: JsonLocator, path: Path) -> Splice:
    container = places.place(path[:-1]).value
    children = places.children(container)
    entries = list(children.values())
    at = list(children).index(path[-1])
    if len(entries) == 1:
        return Splice(container.start + 1, container.end - 1, "")
    if at == len(entries) - 1:
        return Splice(entries[at - 1].value.end, entries[at].value.end, "")
    here, following = entries[at], entries[at + 1]
    return Splice((here.key or here.value).start, (following.key or following.value).start, "")
