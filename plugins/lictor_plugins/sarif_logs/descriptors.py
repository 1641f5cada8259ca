"""Faults of rules' descriptors: what GitHub shows beside an alert, and sorts alerts by."""

import re
from collections.abc import Iterator

from lictor import Match
from lictor_plugins.sarif_logs.reading import (
    Object,
    Placed,
    child,
    components,
    entries,
    fault,
    objects,
    rules,
    runs,
    text,
)

_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*")
_SEVERITY = "security-severity"
_HIGHEST = 10.0
_TEXTS = ("shortDescription", "fullDescription", "help")
_VALUES = {
    "precision": ("very-high", "high", "medium", "low"),
    "problem.severity": ("error", "warning", "recommendation"),
}
_MAX_NAME = 255
_MAX_DESCRIPTION = 1_024


def rule_text(log: Object) -> Iterator[Match]:
    """Yield rules without the texts that GitHub requires."""
    for rule in rules(log):
        missing = [name for name in _TEXTS if not text(rule.value, name, "text").strip()]
        if missing:
            named = " and ".join(f"'{name}.text'" for name in missing)
            yield fault(rule.path, f"rule '{text(rule.value, 'id')}' has no {named}")


def rule_repeated(log: Object) -> Iterator[Match]:
    """Yield rules with the id of an earlier one of the same component."""
    for run in runs(log):
        for component in components(run):
            seen: dict[str, int] = {}
            for index, rule in enumerate(objects(component, "rules")):
                name = text(rule.value, "id")
                if name and name in seen:
                    yield fault((*rule.path, "id"), f"rules[{seen[name]}] has the id '{name}' already")
                seen.setdefault(name, index)


def no_rules(log: Object) -> Iterator[Match]:
    """Yield runs with results whose tool lists no rules."""
    for run in runs(log):
        listed = any(entries(component.value, "rules") for component in components(run))
        if not listed and entries(run.value, "results"):
            driver = child(child(run, "tool"), "driver")
            place = (*driver.path, "rules") if "rules" in driver.value else driver.path
            yield fault(place, "the tool lists no rules, so alerts have no description, severity or help")


def severity(log: Object) -> Iterator[Match]:
    """Yield severities that are not the text of a number."""
    for place, found in _severities(log):
        if not isinstance(found, str):
            yield fault(place, f"'{_SEVERITY}' must be text, like \"7.5\", but it is {_shown(found)}")
        elif not _NUMBER.fullmatch(found):
            yield fault(place, f'\'{_SEVERITY}\' must be the text of a number, like "7.5", but it is "{found}"')


def severity_range(log: Object) -> Iterator[Match]:
    """Yield severities that are none."""
    for place, found in _severities(log):
        if isinstance(found, str) and _NUMBER.fullmatch(found) and not 0 < float(found) <= _HIGHEST:
            yield fault(
                place, f"'{_SEVERITY}' must be above 0.0 and at most 10.0, but it is {found}: GitHub shows none"
            )


def rule_property(log: Object) -> Iterator[Match]:
    """Yield words that GitHub does not know."""
    for rule in rules(log):
        properties = child(rule, "properties")
        for name, allowed in _VALUES.items():
            if name in properties.value and properties.value[name] not in allowed:
                found = _shown(properties.value[name])
                yield fault(
                    (*properties.path, name), f"'{name}' must be one of {', '.join(allowed)}, but it is {found}"
                )


def text_length(log: Object) -> Iterator[Match]:
    """Yield names and descriptions that GitHub cuts."""
    for rule in rules(log):
        yield from _too_long(rule, "name", text(rule.value, "name"), _MAX_NAME)
        for name in ("shortDescription", "fullDescription"):
            yield from _too_long(child(rule, name), "text", text(rule.value, name, "text"), _MAX_DESCRIPTION)


def _too_long(owner: Placed, name: str, found: str, most: int) -> Iterator[Match]:
    if len(found) > most:
        yield fault((*owner.path, name), f"{len(found):,} characters, and GitHub keeps {most:,}")


def _severities(log: Object) -> Iterator[tuple[tuple[str | int, ...], object]]:
    for rule in rules(log):
        properties = child(rule, "properties")
        if _SEVERITY in properties.value:
            yield (*properties.path, _SEVERITY), properties.value[_SEVERITY]


def _shown(value: object) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)
