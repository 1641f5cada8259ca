"""Edits as text: what to put where so that one value changes and everything else, comments included, stays.

Every edit is proved before it is given: it is applied, the text is read again, and the data must be the old data with
that one change. Whatever is too odd for that (a value shared by aliases, a duplicate key) is refused.
"""

import json
from typing import Any
from urllib.parse import quote

from lictor.documents.edit_json import splice_json
from lictor.documents.embedded import embedded_json, is_url_encoded, open_string
from lictor.documents.json_places import JsonLocator
from lictor.documents.json_text import parse_json
from lictor.documents.lines import lines_of
from lictor.documents.places import Offsets, Places, Span
from lictor.documents.splice import Splice, indentation, newline_of, refuse
from lictor.errors import LictorError
from lictor.model import EMBEDDED, Document, EditAction, Path, Replacement


def replacement_for(document: Document, path: Path, action: EditAction, value: Any = None) -> Replacement:  # noqa: ANN401 - any JSON value
    """Return the replacement that makes an edit at a path; raises LictorError when there is no safe one.

    `set` replaces a value or adds a key, `remove` takes out a key or a list item, `append` adds to a list, makes a
    list of a single value, or adds a key with a list of one. `add` adds the one entry of `value`, `rename` gives a
    key another name; neither where there is such a key.
    """
    if action == "add":
        ((name, value),) = value.items()
        path = (*path, name)
    places: Any = document.locate
    if not hasattr(places, "string_at"):
        refuse(f"'{document.format}' documents can't be edited")
    splice = _splice(places, path, action, value)
    _prove(document, splice, path, action, value)
    return Replacement(lines_of(document.text).region(splice.start, splice.end), splice.text)


def _splice(places: Places, path: Path, action: EditAction, value: Any) -> Splice:  # noqa: ANN401
    if EMBEDDED in path:
        return _splice_in_string(places, path, action, value)
    if isinstance(places, JsonLocator):
        return splice_json(places, path, action, value)
    from lictor.documents.edit_yaml import splice_yaml
    from lictor.documents.yaml_places import YamlLocator

    if isinstance(places, YamlLocator):
        return splice_yaml(places, path, action, value)
    return refuse("this format can't be edited")


def _splice_in_string(places: Places, path: Path, action: EditAction, value: Any) -> Splice:  # noqa: ANN401
    at = path.index(EMBEDDED)
    string = places.string_at(path[:at])
    opened = open_string(string) if string else None
    if not string or not opened:
        refuse("the string holds no JSON")
    inner, offsets = opened
    start, end, text = _splice(inner, path[at + 1 :], action, value)
    span = offsets.source(Span(start, end))
    return Splice(*span, _spelled(places, path[:at], string, text))


def _spelled(places: Places, path: Path, string: Offsets, text: str) -> str:
    """Spell text as the string around it does."""
    if is_url_encoded(string.text):
        return quote(text, safe="")
    if isinstance(places, JsonLocator):
        return json.dumps(text, ensure_ascii=False)[1:-1]
    from lictor.documents.yaml_places import YamlLocator

    if not isinstance(places, YamlLocator):
        refuse("this format can't be edited")
    node = places.node(path)[0].behind_alias()
    source = places.places.text
    if node.style == '"':
        return json.dumps(text, ensure_ascii=False)[1:-1]
    if node.style == "'":
        return text.replace("'", "''")
    return text.replace("\n", newline_of(source) + indentation(source, node.shown))


def _prove(document: Document, splice: Splice, path: Path, action: EditAction, value: Any) -> None:  # noqa: ANN401
    places: Any = document.locate
    index = document.index
    if isinstance(places, JsonLocator):
        frame, depth = _frame(places, splice, path)
        loaded = parse_json(document.uri, splice.within(frame).apply(document.text[frame.start : frame.end]))
    else:
        from lictor.documents.edit_yaml import frame_in_yaml
        from lictor.documents.yaml_text import parse_yaml

        block = frame_in_yaml(places, splice, path)
        frame, depth = (block.span, block.depth) if block else (Span(0, len(document.text)), 0)
        text = splice.within(frame).apply(document.text[frame.start : frame.end])
        loaded = parse_yaml(document.uri, block.margin + text if block else text, tags=places.tags)
        if block:
            index = 0
            if not all(block.holds(edited) for edited in loaded.documents):
                refuse("the text would not mean what it should")
    data = document.data
    for element in path[:depth]:
        data = data[element]
    edited = next((other for other in loaded.documents if other.index == index), None)
    expected = edited_data(data, path[depth:], action, value)
    if edited is None or loaded.problems or not is_same(edited.data, expected, path[depth:]):
        refuse("the text would not mean what it should")


def _frame(places: JsonLocator, splice: Splice, path: Path) -> tuple[Span, int]:
    """Return the innermost value around an edit, and how long the path to it is.

    JSON in which one value was replaced by another is JSON, and the rest of it says what it said. So only that value
    is read again: a dump may be large, and may need many edits.
    """
    whole = Span(0, len(places.text))
    if places.is_odd:
        return whole, 0
    ends = path.index(EMBEDDED) - 1 if EMBEDDED in path else len(path) - 1
    for depth in range(ends, 0, -1):
        span, _, resolved = places.place(path[:depth])
        if resolved == depth and span.start < splice.start and splice.end < span.end:
            return span, depth
    return whole, 0


def edited_data(data: Any, path: Path, action: EditAction, value: Any) -> Any:  # noqa: ANN401
    """Return data with one change, the old data untouched; strings on the way that hold JSON become what they hold."""
    if not path:
        if action == "append":
            return [*data, value] if isinstance(data, list) else [data, value]
        return value
    first, rest = path[0], path[1:]
    if first == EMBEDDED and isinstance(data, str):
        return edited_data(embedded_json(data), rest, action, value)
    if not isinstance(data, (list, dict)):
        refuse("the path is not in the document")
    copy: Any = data.copy()
    if not rest and action == "rename":
        if not isinstance(data, dict) or first not in data or not isinstance(value, str) or value in data:
            refuse("there is no key that could have this name")
        return {value if key == first else key: held for key, held in data.items()}
    if not rest and action == "add" and (not isinstance(data, dict) or first in data):
        refuse("there is such a key")
    if not rest and action == "remove":
        del copy[first]
    elif isinstance(copy, dict) and not rest and first not in copy:
        copy[first] = [value] if action == "append" else value
    else:
        copy[first] = edited_data(copy[first], rest, action, value)
    return copy


def is_same(left: Any, right: Any, path: Path = ()) -> bool:  # noqa: ANN401
    """Compare two JSON values as JSON does: true is not 1. A string on `path` is compared by the JSON it holds."""
    if path and path[0] == EMBEDDED and isinstance(left, str):
        try:
            return is_same(embedded_json(left), right, path[1:])
        except LictorError:
            return False
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(is_same(left[key], right[key], _below(path, key)) for key in left)
    if isinstance(left, list):
        pairs = enumerate(zip(left, right, strict=False))
        return len(left) == len(right) and all(is_same(one, two, _below(path, at)) for at, (one, two) in pairs)
    return bool(left == right)


def _below(path: Path, element: str | int) -> Path:
    return path[1:] if path and path[0] == element else ()
