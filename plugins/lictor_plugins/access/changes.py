"""What a change of one policy newly allows and newly forbids, with the statement that makes the difference."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from lictor import Level
from lictor_plugins.access.comparing import BESIDE, as_attached, opens_to_outside, removal, without
from lictor_plugins.commands.policy_files import FoundPolicy
from lictor_plugins.reasoning.evaluation import decide
from lictor_plugins.reasoning.model import Answer, Policy, Request
from lictor_plugins.reasoning.questions import new_access
from lictor_plugins.reasoning.widening import meaning

Direction = Literal["allows", "forbids"]
_MOST = 10
"""Statements that are told of one changed policy, in either direction; a new policy is told once."""


class Pair(NamedTuple):
    """One policy before and after; None where there is none."""

    before: FoundPolicy | None
    after: FoundPolicy | None


class Cause(NamedTuple):
    """A statement that decides a witness. `is_old`: it stands in what was before."""

    found: FoundPolicy
    statement: int
    is_old: bool = False


class AccessChange(NamedTuple):
    """What a change newly allows or forbids, or that this is not known. `cause` is the statement to look at.

    `removed` is a Deny that was there before and would have forbidden what is now allowed.
    """

    pair: Pair
    direction: Direction
    answer: Answer
    cause: Cause | None = None
    removed: Cause | None = None
    level: Level = "warning"

    @property
    def found(self) -> FoundPolicy:
        """The policy as it is now; as it was, if it is gone."""
        found = self.pair.after or self.pair.before
        assert found is not None  # noqa: S101 - a pair has one of them
        return found


def changes_of(pair: Pair) -> Iterator[AccessChange]:
    """Yield what a change of one policy allows and forbids; nothing for one that means the same."""
    known = pair.before or pair.after
    if known is None:
        return
    old, new = as_attached(*(found.policy if found else None for found in pair))
    before, after = old or without(known.policy), new or without(known.policy)
    if meaning(before) == meaning(after):
        return
    most = _MOST if pair.before is not None and pair.after is not None else 1
    limited, left = before, after
    if pair.before is not None and pair.after is None:
        limited, left = removal(before, is_inline=bool(pair.before.subject.value.get("role")))
    allowed = (_allows(pair, so_far, before, answer) for so_far, answer in _answers(limited, left, most))
    yield from sorted(allowed, key=_order)
    forbidden = (_forbids(pair, so_far, answer) for so_far, answer in _answers(after, before, most))
    yield from sorted(forbidden, key=_order)


def _order(change: AccessChange) -> tuple[bool, int]:
    return change.cause is None, change.cause.statement if change.cause else 0


def _answers(old: Policy, new: Policy, most: int) -> Iterator[tuple[Policy, Answer]]:
    """Yield what `new` allows and `old` does not, once for each statement of `new` that allows something more.

    Each answer comes with the old policy that it holds for: what was told before is taken for known.
    """
    known = old
    for number in range(most):
        answer = new_access(known, new)
        if answer.verdict == "no" or (number and answer.verdict == "unknown"):
            return
        yield known, answer
        if answer.witness is None or not answer.statements:
            return
        told = next(each for each in new.statements if each.index == answer.statements[0])
        deny = _deny(known, answer.witness)
        known = known._replace(
            statements=(*(each for each in known.statements if each.index != deny), told._replace(index=-1 - number))
        )


def _allows(pair: Pair, known: Policy, before: Policy, answer: Answer) -> AccessChange:
    cause = None
    if pair.after and answer.statements and answer.statements[0] != BESIDE:
        cause = Cause(pair.after, answer.statements[0])
    removed = None
    if answer.witness is not None and pair.before is not None:
        deny = _deny(known, answer.witness)
        removed = None if deny is None else Cause(pair.before, deny, is_old=True)
    is_open = pair.after is not None and answer.verdict == "yes" and opens_to_outside(before, pair.after.policy)
    level: Level = "error" if is_open else "warning"
    return AccessChange(pair, "allows", answer, cause, removed, level)


def _forbids(pair: Pair, known: Policy, answer: Answer) -> AccessChange:
    cause = None
    if answer.witness is not None:
        deny = _deny(known, answer.witness) if pair.after else None
        if deny is not None and pair.after is not None:
            cause = Cause(pair.after, deny)
        elif pair.before is not None and answer.statements and answer.statements[0] != BESIDE:
            cause = Cause(pair.before, answer.statements[0], is_old=True)
    return AccessChange(pair, "forbids", answer, cause, level="note")


def _deny(policy: Policy, witness: Request) -> int | None:
    """Return the Deny statement that forbids a request."""
    reasons = decide([policy], witness).statements
    return next((each.statement for each in reasons if each.effect == "Deny" and not each.failed), None)
