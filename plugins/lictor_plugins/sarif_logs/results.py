"""Faults of results: their rules, levels, fingerprints, and what GitHub ignores of them."""

from collections.abc import Iterator

from lictor import Match
from lictor_plugins.sarif_logs.reading import (
    Object,
    Placed,
    artifact_uri,
    child,
    components,
    entries,
    fault,
    objects,
    results,
    rule_component,
    rule_id,
    rule_index,
    rule_of,
    runs,
    text,
)

_LINE_HASH = "primaryLocationLineHash"
_NOT_FAILURES = frozenset({"pass", "notApplicable", "informational"})
_ALL_OR_NONE = ("suppressions", "baselineState")


def rule_mismatch(log: Object) -> Iterator[Match]:
    """Yield results whose rule is not the one that they point at."""
    for run in runs(log):
        names = {text(rule.value, "id") for component in components(run) for rule in objects(component, "rules")}
        for result in objects(run, "results"):
            what, place = _wrong_rule(run, result, names)
            if what and (names or not rule_id(result)):
                yield fault((*result.path, place) if place in result.value else result.path, what)


def kind_level(log: Object) -> Iterator[Match]:
    """Yield results that are no failure and yet have the level of one (3.27.10)."""
    for _run, result in results(log):
        kind, level = result.value.get("kind", "fail"), result.value.get("level", "none")
        if kind != "fail" and level != "none":
            yield fault((*result.path, "level"), f"the level of a result of kind '{kind}' is 'none', not '{level}'")


def not_a_failure(log: Object) -> Iterator[Match]:
    """Yield results that say that all is well."""
    for _run, result in results(log):
        kind = result.value.get("kind")
        if isinstance(kind, str) and kind in _NOT_FAILURES:
            place = (*result.path, "kind")
            yield fault(place, f"GitHub ignores 'kind', and would open an alert for a result of kind '{kind}'")


def suppressed(log: Object) -> Iterator[Match]:
    """Yield results that GitHub would open as alerts though they are waived or gone."""
    for _run, result in results(log):
        waivers = [each.value for each in objects(result, "suppressions")]
        if any(waiver.get("status", "accepted") == "accepted" for waiver in waivers):
            place = (*result.path, "suppressions")
            yield fault(place, "GitHub ignores suppressions: this result would be an open alert")
        elif result.value.get("baselineState") == "absent":
            place = (*result.path, "baselineState")
            yield fault(place, "GitHub ignores 'baselineState': this result, which is gone, would be an open alert")


def mixed_properties(log: Object) -> Iterator[Match]:
    """Yield results that lack what other results of their run have (3.27.23, 3.27.24)."""
    for run in runs(log):
        every = list(objects(run, "results"))
        for name in _ALL_OR_NONE:
            without = [result for result in every if name not in result.value]
            if without and len(without) < len(every):
                what = f"the result has no '{name}', and others of its run do: either all have it or none"
                yield from (fault(result.path, what) for result in without)


def no_fingerprint(log: Object) -> Iterator[Match]:
    """Yield the first result of each run without the fingerprint that GitHub uses."""
    for run in runs(log):
        without = [
            result
            for result in objects(run, "results")
            if not text(result.value, "partialFingerprints", _LINE_HASH)
            and entries(result.value, "locations")
            and result.value.get("baselineState") != "absent"  # no line of any file is its line
        ]
        if without:
            first = without[0]
            others = sorted({**child(first, "fingerprints").value, **child(first, "partialFingerprints").value})
            has = f"; GitHub ignores {', '.join(map(repr, others))}" if others else ""
            name = "partialFingerprints" if "partialFingerprints" in first.value else ""
            number = "1 result has" if len(without) == 1 else f"{len(without):,} results have"
            what = f"{number} no partial fingerprint '{_LINE_HASH}'{has}: uploaded through the API, alerts may repeat"
            yield fault((*first.path, name) if name else first.path, what)


def shared_fingerprint(log: Object) -> Iterator[Match]:
    """Yield results that GitHub would take for an earlier one."""
    for number, run in enumerate(runs(log)):
        seen: dict[tuple[int, str, str, str], int] = {}
        for index, result in enumerate(objects(run, "results")):
            line_hash = text(result.value, "partialFingerprints", _LINE_HASH)
            first = next(objects(result, "locations"), None)
            uri = artifact_uri(run, child(first, "physicalLocation")) if first else ""
            key = (number, _known_id(run, result), uri, line_hash)
            if not line_hash or not uri:
                continue
            if key in seen:
                place = (*result.path, "partialFingerprints", _LINE_HASH)
                yield fault(place, f"result {seen[key]} has the same rule, file and fingerprint: they are one alert")
            else:
                seen[key] = index


def _known_id(run: Placed, result: Placed) -> str:
    rule = rule_of(run, result)
    return rule_id(result) or (text(rule.value, "id") if rule else "")


def _wrong_rule(run: Placed, result: Placed, names: set[str]) -> tuple[str, str]:
    component = rule_component(run, result)
    name, index = rule_id(result), rule_index(result)
    place = "ruleIndex" if "ruleIndex" in result.value else "rule"
    if component is None:
        return "", ""
    known = entries(component.value, "rules")
    if index is None:
        if not name:
            return "the result names no rule: it has neither 'ruleId' nor 'ruleIndex'", ""
        is_known = not names or any(each in names for each in _ids(name))
        return ("", "") if is_known else (f"no rule of the run has the id '{name}'", "ruleId")
    if not 0 <= index < len(known):
        return f"there is no rule {index}: the tool lists {len(known)}", place
    at_index = text(known[index], "id") if isinstance(known[index], dict) else ""
    if name and at_index not in _ids(name):
        return f"the result is of rule '{name}', but rule {index} is '{at_index}'", place
    return "", ""


def _ids(name: str) -> tuple[str, ...]:
    """Return the ids of the rules that a result's rule id may stand for: `a/b` is also a case of rule `a` (3.27.5).

    >>> _ids("a/b/c")
    ('a', 'a/b', 'a/b/c')
    """
    parts = name.split("/")
    return tuple("/".join(parts[:number]) for number in range(1, len(parts) + 1))
