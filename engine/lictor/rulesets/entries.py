"""The entries of `rules:`: a level, `on` or `off`, a mapping of settings, or a whole rule."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from lictor.model import Document, Location, Path, Problem, Rule, SettingChange, format_path
from lictor.rules import parse_rule
from lictor.rulesets.layers import Entry, Inline

_WHOLE_RULE_KEYS = frozenset({"deny", "require", "check", "message", "applies-to"})
"""Any of these makes an entry a whole rule; the JSON Schema of rulesets says the same."""


class Entries(NamedTuple):
    """What a mapping of rules says."""

    entries: tuple[Entry, ...]
    inline: tuple[Inline, ...]
    problems: tuple[Problem, ...]


def parse_entries(document: Document, data: Any, path: Path, *, may_define: bool) -> Entries:  # noqa: ANN401 - not yet validated
    """Read a mapping from rule ids and globs to what is wanted of them.

    The schema has its say elsewhere: an entry that is none of the forms is left out here.
    """
    entries: list[Entry] = []
    inline: list[Inline] = []
    problems: list[Problem] = []
    for name, value in data.items() if isinstance(data, dict) else ():
        place = (*path, name)
        location = _place(document, place, is_key=True)
        if isinstance(value, str):
            entries.append(Entry(name, _switch(value, _place(document, place)), location))
        elif isinstance(value, dict) and may_define and _WHOLE_RULE_KEYS & value.keys():
            rule, found = _inline(document, place, name, value)
            problems.extend(found)
            on = SettingChange(is_on=True, has_been_on=True, origins={"is-on": location, "on": location})
            entries.append(Entry(name, on, location))
            if rule is not None:
                inline.append(Inline(rule, value.get("replace") is True, location))
        elif isinstance(value, dict):
            entries.append(Entry(name, _setting(document, place, value), location))
    return Entries(tuple(entries), tuple(inline), tuple(problems))


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
    parameters = data.get("parameters", {})
    tags: dict[str, bool] = {}
    for name in parameters if isinstance(parameters, dict) else ():
        origins[f"parameters.{name}"] = _place(document, (*path, "parameters", name))
    written = data.get("tags", {})
    for key in ("add", "remove") if isinstance(written, dict) else ():
        for index, tag in enumerate(written.get(key, ())):
            tags[tag] = key == "add"
            origins[f"tags.{tag}"] = _place(document, (*path, "tags", key, index))
    return replace(change, parameters=parameters, tags=tags, origins=origins)


def _inline(
    document: Document, path: Path, name: str, data: Mapping[str, Any]
) -> tuple[Rule | None, tuple[Problem, ...]]:
    if data.get("id", name) != name:
        message = f"expected the id '{name}', as the key says, found '{data['id']}'"
        location = _place(document, (*path, "id"))
        return None, (Problem("bad-ruleset", message, "ruleset", hint="drop 'id'", location=location),)
    whole = {"id": name, **{key: value for key, value in data.items() if key != "replace"}}
    return parse_rule(replace(document, data=_with(document.data, path, whole)), path)


def _with(data: Any, path: Path, value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return data with another value at a path of keys."""
    return {**data, path[0]: _with(data[path[0]], path[1:], value)} if path else value
