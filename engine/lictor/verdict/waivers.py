"""Apply waivers: findings that a ruleset or a comment accepts stay in the report, marked as suppressed."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from lictor.model import (
    CommentWaiver,
    EffectiveRuleset,
    Finding,
    Location,
    Problem,
    Rule,
    Suppression,
    Waiver,
    WaiverPolicy,
    format_path,
)
from lictor.rulesets import in_scope
from lictor.rulesets.floors import lock_of, lock_problem
from lictor.values import NamedTuple
from lictor.verdict.comments import covers


class Waived(NamedTuple):
    """Findings after waivers, the places of the waivers that were used, and what was wrong with some."""

    findings: tuple[Finding, ...]
    used: frozenset[Location]
    problems: tuple[Problem, ...]


def valid_waivers(
    waivers: Iterable[Waiver], policy: WaiverPolicy, today: dt.date
) -> tuple[tuple[Waiver, ...], tuple[Problem, ...]]:
    """Keep the waivers that hold today under the policy; say why the others don't."""
    kept: list[Waiver] = []
    problems: list[Problem] = []
    for waiver in waivers:
        found = tuple(_objections(waiver, policy, today))
        problems.extend(found)
        if not found:
            kept.append(waiver)
    return tuple(kept), tuple(problems)


def waive(
    findings: Iterable[Finding],
    ruleset: EffectiveRuleset,
    waivers: Iterable[Waiver],
    comments: Iterable[CommentWaiver],
    rules: Mapping[str, Rule],
) -> Waived:
    """Mark findings that a waiver or a comment accepts; a locked rule's findings can't be accepted."""
    held, given = tuple(waivers), tuple(findings)
    comments = tuple(comments)
    if not held and not comments:
        return Waived(given, frozenset(), ())
    beside: dict[tuple[str, int], list[CommentWaiver]] = {}
    for comment in comments:
        beside.setdefault((comment.uri, comment.line), []).append(comment)
    used: set[Location] = set()
    problems: list[Problem] = []
    result: list[Finding] = []
    for finding in given:
        suppression = _external(finding, held) or _in_source(finding, _comments_at(finding, beside), rules)
        if finding.suppression is not None or suppression is None:
            result.append(finding)
            continue
        if suppression.location is not None:
            used.add(suppression.location)
        refusal = _refusal(finding, ruleset, suppression)
        problems.extend(refusal)
        result.append(finding if refusal else finding._replace(suppression=suppression))
    return Waived(tuple(result), frozenset(used), tuple(dict.fromkeys(problems)))


def unused_waiver(waiver: Waiver) -> Problem:
    """Say that a waiver matched no finding."""
    named = ", ".join(f"'{rule_id}'" for rule_id in waiver.rules[:3])
    message = f"the waiver of {named} matches no finding"
    hint = "remove it, or check that its files and paths are spelt as in the findings"
    return Problem("unused-waiver", message, "ruleset", "warning", hint, waiver.location)


def _objections(waiver: Waiver, policy: WaiverPolicy, today: dt.date) -> Iterator[Problem]:
    values = {"reason": waiver.reason, "owner": waiver.owner, "ticket": waiver.ticket, "expires": waiver.expires}
    missing = [name for name in policy.require if not values[name]]
    if missing:
        message = f"the waiver has no {' and no '.join(repr(name) for name in missing)}, so it does not hold"
        yield Problem(
            "waiver-policy", message, "ruleset", hint="the waiver-policy asks for it", location=waiver.location
        )
    if waiver.expires is None:
        if policy.max_days is not None and "expires" not in missing:
            message = "the waiver has no 'expires', so it does not hold"
            hint = f"the waiver-policy allows {policy.max_days} days"
            yield Problem("waiver-policy", message, "ruleset", hint=hint, location=waiver.location)
    elif waiver.expires < today:
        message = f"the waiver ended on {waiver.expires.isoformat()}, so it does not hold"
        hint = f"ask {waiver.owner} whether it is still needed" if waiver.owner else "renew it or remove it"
        yield Problem("expired-waiver", message, "ruleset", "warning", hint, waiver.location)
    elif policy.max_days is not None and (waiver.expires - today).days > policy.max_days:
        latest = (today + dt.timedelta(days=policy.max_days)).isoformat()
        message = (
            f"the waiver runs until {waiver.expires.isoformat()}, past the {policy.max_days} days that are allowed"
        )
        hint = f"the latest day is {latest}"
        yield Problem("waiver-policy", message, "ruleset", hint=hint, location=waiver.location)


def _external(finding: Finding, waivers: Iterable[Waiver]) -> Suppression | None:
    location = finding.location
    place = location.logical or format_path(location.path)
    for waiver in waivers:
        if finding.rule_id in waiver.rules and in_scope(waiver.where, location.uri, finding.subject.kind, place):
            facts = {"owner": waiver.owner, "ticket": waiver.ticket}
            properties = {name: value for name, value in facts.items() if value}
            if waiver.expires:
                properties["expires"] = waiver.expires.isoformat()
            return Suppression("external", waiver.reason, waiver.location, properties)
    return None


def _comments_at(finding: Finding, beside: Mapping[tuple[str, int], list[CommentWaiver]]) -> Iterable[CommentWaiver]:
    region = finding.location.region
    return beside.get((finding.location.uri, region.start_line), ()) if region else ()


def _in_source(finding: Finding, comments: Iterable[CommentWaiver], rules: Mapping[str, Rule]) -> Suppression | None:
    rule = rules.get(finding.rule_id)
    names = (finding.rule_id, *(rule.aliases if rule else ()))
    for comment in comments:
        if covers(comment, finding, names):
            return Suppression("inSource", comment.reason, comment.location)
    return None


def _refusal(finding: Finding, ruleset: EffectiveRuleset, suppression: Suppression) -> list[Problem]:
    """Say why a waiver that matches a finding has no effect: a lock, or the policy about comments."""
    lock = lock_of(ruleset.locks, finding.rule_id)
    if lock is not None:
        return [lock_problem(lock, f"'{finding.rule_id}' can't be waived", suppression.location)]
    if suppression.kind == "external":
        return []
    policy = ruleset.waiver_policy
    if policy.in_source == "forbid":
        message, hint = "the comment waives nothing: the waiver-policy forbids it", "write a waiver in the ruleset"
    elif "reason" in policy.require and not suppression.justification:
        message, hint = "the comment waives nothing: it gives no reason", "write the reason after the ']'"
    else:
        return []
    return [Problem("waiver-policy", message, "ruleset", hint=hint, location=suppression.location)]
