"""What a change allows and forbids, in words, for programs, and as findings for every reporter."""

from collections.abc import Iterable
from typing import Any

from lictor import NEW_ACCESS, FindingKind, Found, RelatedPlace
from lictor_plugins.access.answers import (
    because,
    place_text,
    statement_json,
    statement_text,
    witness_json,
    worst,
)
from lictor_plugins.access.changes import AccessChange, Cause
from lictor_plugins.access.values import value_at
from lictor_plugins.commands.policy_files import KIND_NAMES, FoundPolicy
from lictor_plugins.reasoning.model import Statement
from lictor_plugins.reasoning.wording import request_text


def change_json(change: AccessChange) -> dict[str, Any]:
    """Return one thing that a change allows or forbids, for programs."""
    found, answer = change.found, change.answer
    return {
        "policy": _name(found),
        "kind": found.policy.kind,
        "direction": change.direction,
        "answer": answer.verdict,
        "witness": witness_json(answer.witness),
        "statement": None if change.cause is None else _statement(change.cause),
        "removed": None if change.removed is None else _statement(change.removed),
        "because": _why(change),
        "level": change.level,
        "uri": found.subject.document.uri,
        "before": change.pair.before is not None,
        "after": change.pair.after is not None,
    }


def changes_json(changes: Iterable[AccessChange]) -> dict[str, Any]:
    """Return the answer to "does the change newly allow anything?", and all that it changes."""
    listed = list(changes)
    allowing = [change for change in listed if change.direction == "allows"]
    verdict = worst(change.answer.verdict for change in allowing)
    deciding = next((change_json(change) for change in allowing if change.answer.verdict == verdict), None)
    return {
        "answer": verdict,
        "witness": deciding["witness"] if deciding else None,
        "statement": deciding["statement"] if deciding else None,
        "because": deciding["because"] if deciding else "proved: the change allows nothing that was not allowed before",
        "changes": list(map(change_json, listed)),
    }


def _statement(cause: Cause) -> dict[str, Any]:
    return {**statement_json(cause.found, cause.statement), "side": "old" if cause.is_old else "new"}


def _name(found: FoundPolicy) -> str:
    """Name a policy: by its role or resource, and by its own name if it is one of several there."""
    around = value_at(found.subject.document.data, found.subject.path[:-1])
    own = around.get("PolicyName") if isinstance(around, dict) else None
    name = found.policy.name or found.subject.name
    return f"{name}: {own}" if isinstance(own, str) and own != name else name


def _why(change: AccessChange) -> str:
    """Say in one sentence which part of the change makes the difference."""
    if change.answer.verdict == "unknown":
        return because(change.answer)
    kind, pair = KIND_NAMES[change.found.policy.kind], change.pair
    if pair.after is None or (pair.before is None and change.removed is None):
        return f"the {kind} is {'gone' if pair.after is None else 'new'}"
    if change.removed is not None:
        return f"{statement_text(change.removed.found, change.removed.statement)} denied it before"
    if change.cause is None:
        return because(change.answer)
    name = statement_text(change.cause.found, change.cause.statement)
    if change.direction == "allows":
        return f"{name} allows it now"
    return f"{name} allowed it before" if change.cause.is_old else f"{name} denies it now"


def change_text(change: AccessChange, old_name: str = "") -> str:
    """Say in one line what can be done now, or no longer, by whom, and where that is said."""
    return f"{_place(change, old_name)}: {message(change)}"


def message(change: AccessChange) -> str:
    """Say what can be done now, or no longer, by whom."""
    found, witness = change.found, change.answer.witness
    where = f"{KIND_NAMES[found.policy.kind]} '{_name(found)}'"
    if witness is None:
        return f"it is not known whether the {where} newly {change.direction} anything: {because(change.answer)}"
    told = request_text(witness, _asking(change))
    if not _is_about_callers(found):
        told = told.replace(f"{witness.principal.value} calls", "whoever has it calls", 1)
    verb = "newly allows" if change.direction == "allows" else "no longer allows"
    return f"the {where} {verb} that {told} ({_why(change)})"


def _asking(change: AccessChange) -> list[Statement]:
    """Return the statements that make the difference."""
    return [
        statement
        for cause in (change.cause, change.removed)
        if cause is not None
        for statement in cause.found.policy.statements
        if statement.index == cause.statement
    ]


def _is_about_callers(found: FoundPolicy) -> bool:
    """Tell whether it matters to a policy who calls; a policy of an identity is about whoever has it."""
    policy = found.policy
    if policy.kind not in ("identity", "boundary", "scp", "session"):
        return True
    keys = [condition.key for statement in policy.statements for condition in statement.conditions]
    return any(key.startswith(("aws:principal", "aws:user")) for key in keys) or "${aws:" in repr(policy.statements)


def _place(change: AccessChange, old_name: str) -> str:
    cause = change.cause
    if cause is None:
        place = change.found.subject.document.region_of(change.found.subject.path)
        return f"{change.found.subject.document.uri}:{place.start_line}:{place.start_column}"
    before = f" (in {old_name})" if cause.is_old and old_name else ""
    return f"{place_text(cause.found, cause.statement)}{before}"


def finding_for(change: AccessChange) -> Found:
    """Return the finding; it stands in the policy as it is now, unless that is gone."""
    found, cause = change.found, change.cause
    is_here = cause is not None and cause.found is found
    related = []
    if change.removed is not None:
        text = "denied it before"
        related.append(RelatedPlace(change.removed.found.subject, ("statements", change.removed.statement), text))
    witness = witness_json(change.answer.witness)
    return Found(
        rule=NEW_ACCESS,
        subject=found.subject,
        path=("statements", cause.statement) if is_here and cause is not None else (),
        message=message(change),
        level="none" if change.direction == "forbids" else change.level,
        kind=_kind(change),
        related=tuple(related),
        properties={"direction": change.direction, **({"witness": witness} if witness else {})},
    )


def _kind(change: AccessChange) -> FindingKind:
    if change.direction == "forbids":
        return "pass"
    return "open" if change.answer.verdict == "unknown" else "fail"
