"""Print an effective ruleset: every value with the file and line where it was written."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from lictor.model import EffectiveRuleset, Gate, Group, Location, RuleSetting, Scope, SettingChange, Waiver
from lictor.values import NamedTuple

_WIDEST = 72
"""Columns up to which origins are aligned; a longer line is followed by its origin at once."""


class _Line(NamedTuple):
    indent: int
    key: str
    value: str
    origin: str = ""


def render_ruleset(ruleset: EffectiveRuleset, rule_id: str | None = None) -> str:
    """Return an effective ruleset, or one rule's part of it, as aligned text with the origin of each value."""
    lines = _rule_lines(ruleset, rule_id) if rule_id is not None else _ruleset_lines(ruleset)
    texts = [f"{'  ' * line.indent}{line.key}{': ' if line.value else ':'}{line.value}" for line in lines]
    lengths = [len(text) for text, line in zip(texts, lines, strict=True) if line.origin]
    width = max((length for length in lengths if length <= _WIDEST), default=0)
    return "".join(
        f"{text:<{width}}  {line.origin}\n" if line.origin else f"{text}\n"
        for text, line in zip(texts, lines, strict=True)
    )


def ruleset_as_data(ruleset: EffectiveRuleset, rule_id: str | None = None) -> dict[str, Any]:
    """Return an effective ruleset, or one rule's part of it, as data for JSON; `origins` as `file:line`."""
    rules = {id_: _setting_data(setting) for id_, setting in ruleset.settings.items() if rule_id in {None, id_}}
    if rule_id is not None:
        return {"id": ruleset.id, "rules": rules}
    return {
        "id": ruleset.id,
        "title": ruleset.title,
        "description": ruleset.description,
        "default_for": list(ruleset.default_for),
        "layers": list(ruleset.layers),
        "parameters": dict(ruleset.parameters),
        "rules": rules,
        "overrides": [
            {
                "match": _scope_data(override.scope),
                "rules": {id_: _change_data(change) for id_, change in override.rules.items()},
                "origin": _origin(override.location),
            }
            for override in ruleset.overrides
        ],
        "locks": [
            {
                "rules": list(lock.rules),
                "floor": lock.floor,
                "free_parameters": list(lock.free_parameters),
                "ruleset": lock.ruleset_id,
                "origin": _origin(lock.location),
            }
            for lock in ruleset.locks
        ],
        "waivers": [_waiver_data(waiver) for waiver in ruleset.waivers],
        "waiver_policy": {
            "max_days": ruleset.waiver_policy.max_days,
            "require": list(ruleset.waiver_policy.require),
            "in_source": ruleset.waiver_policy.in_source,
        },
        "combine": {
            "strategy": ruleset.strategy,
            "fail_at": ruleset.fail_at,
            "groups": [_group_data(group) for group in ruleset.groups],
            "supersedes": {id_: list(hidden) for id_, hidden in ruleset.supersedes.items()},
        },
        "gates": [{**_gate_data(gate), "origin": _origin(gate.location)} for gate in ruleset.gates],
        "origins": {key: _origin(location) for key, location in sorted(ruleset.origins.items())},
    }


def _ruleset_lines(ruleset: EffectiveRuleset) -> list[_Line]:
    origins = ruleset.origins
    lines = [_Line(0, "id", ruleset.id, _origin(ruleset.location))]
    for key, value in (("title", ruleset.title), ("description", ruleset.description)):
        lines += [_Line(0, key, value.strip().partition("\n")[0], _origin(origins.get(key)))] if value else []
    if ruleset.default_for:
        lines.append(_Line(0, "default-for", _text(ruleset.default_for), _origin(origins.get("default-for"))))
    if len(ruleset.layers) > 1:
        lines.append(_Line(0, "made of", ", ".join(ruleset.layers)))
    lines += _mapping("parameters", ruleset.parameters, origins, "parameters")
    lines += _section("rules", (line for id_ in ruleset.settings for line in _rule_lines(ruleset, id_)))
    lines += _section(
        "overrides",
        (
            line
            for override in ruleset.overrides
            for line in (
                _Line(0, "- match", _flow(_scope_data(override.scope)), _origin(override.location)),
                *(
                    _Line(1, id_, _change_text(change), _origin(next(iter(change.origins.values()), None)))
                    for id_, change in override.rules.items()
                ),
            )
        ),
    )
    lines += _section(
        "locks", (_Line(0, f"- {lock.floor}", _text(lock.rules), _origin(lock.location)) for lock in ruleset.locks)
    )
    lines += _section(
        "waivers",
        (
            _Line(0, f"- {', '.join(waiver.rules)}", _flow(_waiver_facts(waiver)), _origin(waiver.location))
            for waiver in ruleset.waivers
        ),
    )
    policy = ruleset.waiver_policy
    facts = {"max-days": policy.max_days, "in-source": policy.in_source if policy.in_source == "forbid" else None}
    lines += _mapping("waiver-policy", {k: v for k, v in facts.items() if v is not None}, origins, "waiver-policy")
    lines += [
        _Line(1, "require", name, _origin(origins.get(f"waiver-policy.require.{name}"))) for name in policy.require
    ]
    lines.append(_Line(0, "strategy", ruleset.strategy, _origin(origins.get("combine.strategy"))))
    if ruleset.fail_at is not None:
        lines.append(_Line(0, "fail-at", f"{ruleset.fail_at:g}", _origin(origins.get("combine.fail-at"))))
    lines += _section(
        "groups", (_Line(0, group.id, _flow(_group_facts(group)), _origin(group.location)) for group in ruleset.groups)
    )
    lines += _mapping("supersedes", ruleset.supersedes, origins, "combine.supersedes")
    lines += _section("gates", (_gate_line(gate) for gate in ruleset.gates))
    return lines


def _gate_line(gate: Gate) -> _Line:
    (first, value), *more = _gate_data(gate).items()
    return _Line(0, f"- {first}", ", ".join((_text(value), *filter(None, [_flow(dict(more))]))), _origin(gate.location))


def _rule_lines(ruleset: EffectiveRuleset, rule_id: str) -> list[_Line]:
    setting = ruleset.settings.get(rule_id)
    if setting is None:
        return [_Line(0, rule_id, "off", "(not in this ruleset)")]
    origins = setting.origins
    lines = [_Line(0, rule_id, "on" if setting.is_on else "off", _origin(origins.get("is-on")))]
    if setting.is_member and not setting.is_on:
        lines[0] = _Line(0, rule_id, "asked for a group only", _origin(origins.get("is-on")))
    lines.append(_Line(1, "level", setting.level, _origin(origins.get("level"))))
    if setting.lock and setting.lock.floor != "none":
        lines.append(_Line(1, "floor", setting.lock.floor, _origin(setting.lock.location)))
    lines += [
        _Line(1, name, _text(value), _origin(origins.get(f"parameters.{name}"), "(command line)"))
        for name, value in setting.parameters.items()
    ]
    lines += [_Line(1, "tag", tag, _origin(origins[f"tags.{tag}"])) for tag in setting.tags if f"tags.{tag}" in origins]
    return lines


def _section(title: str, lines: Iterable[_Line]) -> list[_Line]:
    inner = [line._replace(indent=line.indent + 1) for line in lines]
    return [_Line(0, title, ""), *inner] if inner else []


def _mapping(title: str, values: Mapping[str, Any], origins: Mapping[str, Location], prefix: str) -> list[_Line]:
    return _section(title, (_Line(0, k, _text(v), _origin(origins.get(f"{prefix}.{k}"))) for k, v in values.items()))


def _origin(location: Location | None, missing: str = "") -> str:
    if location is None:
        return missing
    return f"{location.uri}:{location.region.start_line}" if location.region else location.uri


def _text(value: Any) -> str:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        return value
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def _flow(facts: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {_text(value)}" for key, value in facts.items())


def _scope_data(scope: Scope) -> dict[str, Any]:
    facts = {"files": scope.files, "kinds": scope.kinds, "paths": scope.paths}
    return {key: list(value) for key, value in facts.items() if value}


def _change_data(change: SettingChange) -> dict[str, Any]:
    facts = {
        "level": change.level,
        "on": change.is_on,
        "parameters": dict(change.parameters) or None,
        "tags": dict(change.tags) or None,
    }
    return {key: value for key, value in facts.items() if value is not None}


def _change_text(change: SettingChange) -> str:
    facts = _change_data(change)
    is_on = facts.pop("on", None)
    switch = [] if is_on is None else ["on" if is_on else "off"]
    return ", ".join((*switch, *filter(None, [_flow(facts)])))


def _setting_data(setting: RuleSetting) -> dict[str, Any]:
    return {
        "level": setting.level,
        "is_on": setting.is_on,
        "is_member": setting.is_member,
        "parameters": dict(setting.parameters),
        "tags": list(setting.tags),
        "floor": setting.lock.floor if setting.lock else None,
        "locked_at": _origin(setting.lock.location) if setting.lock else None,
        "origins": {key: _origin(location) for key, location in sorted(setting.origins.items())},
    }


def _waiver_facts(waiver: Waiver) -> dict[str, Any]:
    facts = {
        **_scope_data(waiver.where),
        "reason": waiver.reason,
        "owner": waiver.owner,
        "ticket": waiver.ticket,
        "expires": waiver.expires.isoformat() if waiver.expires else "",
    }
    return {key: value for key, value in facts.items() if value}


def _waiver_data(waiver: Waiver) -> dict[str, Any]:
    return {
        "rules": list(waiver.rules),
        **_waiver_facts(waiver),
        "ruleset": waiver.ruleset_id,
        "origin": _origin(waiver.location),
    }


def _group_facts(group: Group) -> dict[str, Any]:
    facts: dict[str, Any] = {
        group.operator: dict(group.members) if group.operator == "weights" else list(group.members)
    }
    if group.threshold:
        facts["at"] = group.threshold
    if group.when:
        facts["when"] = group.when
    return {**facts, "per": group.per, "level": group.level}


def _group_data(group: Group) -> dict[str, Any]:
    return {"id": group.id, **_group_facts(group), "message": group.message, "origin": _origin(group.location)}


def _gate_data(gate: Gate) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "fail-on": gate.fail_on,
        "budget": dict(gate.budget) or None,
        "per": gate.per if gate.budget else None,
        "new-only": gate.new_only or None,
        "baseline": gate.baseline or None,
        "no-new-access": gate.no_new_access or None,
        "since": gate.since or None,
    }
    return {key: value for key, value in facts.items() if value is not None}
