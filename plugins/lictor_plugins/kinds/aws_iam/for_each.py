"""The resources of a template, those that `Fn::ForEach` makes among them.

CloudFormation reference, "Fn::ForEach": `Fn::ForEach::Loop: [Identifier, [value, …], {"Name${Identifier}": {…}}]`; in
the body `${Identifier}`, `&{Identifier}` and `Ref: Identifier` stand for the value.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from lictor import Path
from lictor_plugins.kinds.aws_iam.intrinsics import Template, members, texts

_LOOP = "Fn::ForEach::"
_MOST_TURNS = 200  # a template holds at most 500 resources


def resources_of(data: Mapping[str, Any], template: Template, place: Path = ()) -> Iterator[tuple[str, Any, Path]]:
    """Yield each resource of a template that stands at `place` by its logical name, with its place in the document."""
    yield from _resources(data["Resources"], (*place, "Resources"), template)


def _resources(entries: Mapping[Any, Any], path: Path, template: Template) -> Iterator[tuple[str, Any, Path]]:
    for name, entry in entries.items():
        here = (*path, name)
        if str(name).startswith(_LOOP):
            yield from _turns(entry, here, template)
        else:
            yield str(name), entry, here


def _turns(loop: Any, path: Path, template: Template) -> Iterator[tuple[str, Any, Path]]:  # noqa: ANN401 - any JSON value
    """Yield what a loop makes; where what it goes over is not known, what it makes for one value that is not known."""
    if not isinstance(loop, list) or len(loop) != 3 or not isinstance(loop[0], str) or not isinstance(loop[2], dict):  # noqa: PLR2004 - identifier, collection, body
        return
    identifier, collection, body = loop
    found = [text for member, _ in members(collection, ()) for text in texts(member, template) or ()]
    is_known = bool(found) and len(found) <= _MOST_TURNS and not any("${" in text.text for text in found)
    for value in (text.text for text in found) if is_known else (None,):
        inner = {
            _named(str(name), identifier, value or f"${{{identifier}}}"): (name, _filled(entry, identifier, value))
            for name, entry in body.items()
        }
        for logical, (name, entry) in inner.items():
            here = (*path, 2, name)
            if str(name).startswith(_LOOP):
                yield from _turns(entry, here, template)
            else:
                yield logical, entry, here


def _named(text: str, identifier: str, value: str) -> str:
    return text.replace(f"${{{identifier}}}", value).replace(f"&{{{identifier}}}", value)


def _filled(value: Any, identifier: str, given: str | None) -> Any:  # noqa: ANN401 - any JSON value
    """Put the value of a turn in place of the identifier; a text with one that is not known is a function of it."""
    if isinstance(value, str):
        if given is not None:
            return _named(value, identifier, given)
        return {"Fn::Sub": value} if f"${{{identifier}}}" in value else value
    if isinstance(value, list):
        return [_filled(item, identifier, given) for item in value]
    if not isinstance(value, dict) or (given is None and value.keys() == {"Fn::Sub"}):
        return value
    if given is not None and value == {"Ref": identifier}:
        return given
    return {name: _filled(item, identifier, given) for name, item in value.items()}
