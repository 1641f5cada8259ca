"""The entries of `rules:`: a level, `on` or `off`, a mapping of settings, or a whole rule."""

from collections.abc import Mapping
from typing import Any

from lictor.model import Document, Location, Path, Problem, Rule, SettingChange, format_path
from lictor.rules import parse_rule
from lictor.rulesets.layers import Entry, Inline

_WHOLE_RULE_KEYS = frozenset({"deny", "require", "check", "message", "applies-to"})
"""Any of these makes an entry a whole rule; the JSON Schema of rulesets says the same."""


def parse_inline(document: Document, data: Any) -> tuple[tuple[Inline, ...], tuple[Problem, ...]]:  # noqa: ANN401 - may be anything yet
    """Read the whole rules that are written under `rules:`, and say what is wrong with them."""
    inline: list[Inline] = []
    problems: list[Problem] = []
    for name, value in data.items() if isinstance(data, dict) else ():
        if _is_whole(value):
            path = ("rules", name)
            rule, found = _inline(document, path, name, value)
            problems.extend(found)
            if rule is not None:
                inline.append(Inline(rule, value.get("replace") is True, _place(document, path, is_key=True)))
    return tuple(inline), tuple(problems)


def parse_entries(document: Document, data: Mapping[str, Any], path: Path) -> tuple[Entry, ...]:
    """Read a mapping from rule ids and globs to what is wanted of them; the schema has passed it."""
    return tuple(
        Entry(name, _change(document, (*path, name), value), _place(document, (*path, name), is_key=True))
        for name, value in data.items()
    )


def _is_whole(value: Any) -> bool:  # noqa: ANN401 - may be anything yet
    return isinstance(value, dict) and bool(_WHOLE_RULE_KEYS & value.keys())


def _change(document: Document, path: Path, value: Any) -> SettingChange:  # noqa: ANN401 - an entry in any of its forms
    if isinstance(value, str):
        return _switch(value, _place(document, path))
    if _is_whole(value):
        return _switch("on", _place(document, path, is_key=True))
    return _setting(document, path, value)


def _place(document: Document, path: Path, *, is_key: bool = False) -> Location:
    return Location(document.uri, document.region_of(path, "key" if is_key else "value"), path, format_path(path))


def _switch(word: str, location: Location) -> SettingChange:
    if word == "off":
        return SettingChange(is_on=False, origins={"is-on": location})
    origins = {"is-on": location, "on": location}
    if word == "on":
        return SettingChange(is_on=True, has_been_on=True, origins=origins)
    level: Any = word
    return SettingChange(level=level, is_on=True, has_been_on=True, origins={**origins, "level": location})


def _setting(document: Document, path: Path, data: Mapping[str, Any]) -> SettingChange:
    change = _switch(data["level"], _place(document, (*path, "level"))) if "level" in data else SettingChange()
    origins = dict(change.origins)
    parameters: Mapping[str, Any] = data.get("parameters", {})
    tags: dict[str, bool] = {}
    for name in parameters:
        origins[f"parameters.{name}"] = _place(document, (*path, "parameters", name))
    for key in ("add", "remove"):
        for index, tag in enumerate(data.get("tags", {}).get(key, ())):
            tags[tag] = key == "add"
            origins[f"tags.{tag}"] = _place(document, (*path, "tags", key, index))
    return change._replace(parameters=parameters, tags=tags, origins=origins)


def _inline(
    document: Document, path: Path, name: str, data: Mapping[str, Any]
) -> tuple[Rule | None, tuple[Problem, ...]]:
    if data.get("id", name) != name:
        message = f"expected the id '{name}', as the key says, found '{data['id']}'"
        location = _place(document, (*path, "id"))
        return None, (Problem("bad-ruleset", message, "ruleset", hint="drop 'id'", location=location),)
    whole = {"id": name, **{key: value for key, value in data.items() if key != "replace"}}
    return parse_rule(document._replace(data=_with(document.data, path, whole)), path)


def _with(data: Any, path: Path, value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return data with another value at a path of keys."""
    return {**data, path[0]: _with(data[path[0]], path[1:], value)} if path else value
