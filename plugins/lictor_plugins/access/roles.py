"""Who can assume one role: whom its trust policy names, whether outsiders get in, and how to shut them out."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from lictor_plugins.access.answers import because, place_text, statement_json, statement_text, witness_json
from lictor_plugins.access.members import Member, members
from lictor_plugins.access.shutting import Change, edit_json, smallest_change
from lictor_plugins.commands.policy_files import FoundPolicy
from lictor_plugins.reasoning.model import Answer, Statement, Trusted
from lictor_plugins.reasoning.questions import outside_access, presumed_insiders
from lictor_plugins.reasoning.wording import request_text


class RoleAnswer(NamedTuple):
    """What is known of one role; `presumed` are accounts that are only trusted because the policy names them."""

    found: FoundPolicy
    answer: Answer
    members: tuple[Member, ...]
    change: Change | None
    presumed: tuple[str, ...] = ()


def answer_role(found: FoundPolicy, trusted: Trusted) -> RoleAnswer:
    """Answer for one role."""
    answer = outside_access(found.policy, trusted)
    change = smallest_change(found, trusted) if answer.verdict == "yes" else None
    presumed = presumed_insiders(found.policy, trusted)
    return RoleAnswer(found, answer, tuple(members(found.policy)), change, presumed)


def role_json(role: RoleAnswer) -> dict[str, Any]:
    """Return the answer for one role, for programs."""
    found, answer = role.found, role.answer
    return {
        "answer": answer.verdict,
        "witness": witness_json(answer.witness),
        "statement": statement_json(found, answer.statements[0]) if answer.statements else None,
        "because": _why(role),
        "role": _role(found),
        "trusted": [_member(member, found) for member in role.members],
        "change": _change(role.change) if role.change else None,
    }


def _why(role: RoleAnswer) -> str:
    found, answer = role.found, role.answer
    if answer.witness is None or not answer.statements:
        presumed = f", with {_accounts(role.presumed)} trusted" if role.presumed and answer.verdict == "no" else ""
        return f"{because(answer)}{presumed}"
    return f"{statement_text(found, answer.statements[0])} lets in {answer.witness.principal.value}"


def _accounts(accounts: Sequence[str]) -> str:
    return f"the account{'s' * (len(accounts) > 1)} that it names, {', '.join(accounts)},"


def _role(found: FoundPolicy) -> dict[str, Any]:
    place = found.subject.document.region_of(found.subject.path)
    return {
        "name": found.policy.name or found.subject.name,
        "arn": found.policy.arn or None,
        "uri": found.subject.document.uri,
        "line": place.start_line,
        "column": place.start_column,
    }


def _member(member: Member, found: FoundPolicy) -> dict[str, Any]:
    return {
        "kind": member.kind,
        "principal": member.value,
        "condition": member.condition,
        "gets_in": not member.is_idle,
        "statement": statement_json(found, member.statement),
    }


def _change(change: Change) -> dict[str, Any]:
    return {"edits": list(map(edit_json, change.edits)), "diff": change.diff, "leaves_nobody": change.is_idle}


def role_lines(role: RoleAnswer) -> list[str]:
    """Return the answer for one role, for people."""
    found, answer = role.found, role.answer
    place = found.subject.document.region_of(found.subject.path)
    name = found.policy.name or found.subject.name
    lines = [f"{name} ({found.subject.document.uri}:{place.start_line}:{place.start_column})"]
    lines += _member_lines(role)
    lines.append(f"  can an outsider assume it? {answer.verdict}")
    if role.presumed:
        lines.append(
            f"    taking {_accounts(role.presumed)} as trusted; --own-account and --trusted-account say whom you trust"
        )
    if answer.witness is not None:
        lines.append(f"    for example: {request_text(answer.witness, _asking(role))}")
    for index in answer.statements:
        lines.append(f"    let in by {statement_text(found, index)} at {place_text(found, index)}")
    if answer.verdict == "unknown":
        lines.append(f"    because {because(answer)}")
    if answer.verdict == "yes":
        lines += _change_lines(role.change)
    return lines


def _asking(role: RoleAnswer) -> list[Statement]:
    """Return the statements that decide about the witness: those that let it in, and what denies others."""
    answer = role.answer
    return [each for each in role.found.policy.statements if each.effect == "Deny" or each.index in answer.statements]


def _member_lines(role: RoleAnswer) -> list[str]:
    if not role.members:
        return ["  names nobody who may assume it"]
    lines = ["  lets in"]
    width = max(len(member.kind) for member in role.members)
    for member in role.members:
        condition = f", if {member.condition}" if member.condition else ""
        idle = " (never gets in)" if member.is_idle else ""
        place = place_text(role.found, member.statement)
        lines.append(f"    {member.kind:<{width}}  {member.value}{condition}{idle}  [{place}]")
    return lines


def _change_lines(change: Change | None) -> list[str]:
    if change is None:
        return ["    no small change is known that shuts outsiders out"]
    lines = ["    the smallest change that shuts outsiders out, proved:"]
    for edit in change.edits:
        needs = f" ({edit.needs})" if edit.needs else ""
        lines.append(f"      {edit.description}{needs}")
    if change.is_idle:
        lines.append("      nobody at all can assume the role then")
    if change.diff:
        lines += [f"        {line}" for line in change.diff.splitlines()[2:]]
    else:
        for edit in change.edits:
            written = edit_json(edit)
            lines.append(f"        {written['action']} {written['at']}{_value(written)}")
    return lines


def _value(written: dict[str, Any]) -> str:
    import json

    return f" = {json.dumps(written['value'], ensure_ascii=False)}" if "value" in written else ""
