"""Policies, requests and answers as the reasoning sees them.

A policy here is the normalised value of a subject without what only people need; `reading` makes one of the other.
"""

from collections.abc import Mapping
from typing import Literal

from lictor import EMPTY, NamedTuple

PolicyKind = Literal["trust", "identity", "boundary", "resource", "scp", "rcp", "session", "endpoint"]
Effect = Literal["Allow", "Deny"]
Outcome = Literal["allow", "explicit_deny", "implicit_deny", "unknown"]
Verdict = Literal["yes", "no", "unknown"]


class Principal(NamedTuple):
    """Who calls, or whom a statement names: the key it stands under (`AWS`, `Service`, …) and the text there.

    In a statement `value` may be `*`; a bare `Principal: "*"` has the type `*`. In a request it is always one entity:
    an ARN, a service's name, a provider. `unique_id` is the id that IAM gave the entity (`AIDA…`, `AROA…`), if known.
    """

    type: str
    value: str
    unique_id: str = ""


class Condition(NamedTuple):
    """One key under one operator. `operator` is spelt as documented, `key` is in lower case.

    `doubt` says why the condition can't be judged (a value that is not known before deployment, an unknown operator);
    "" when it can.
    """

    operator: str
    key: str
    values: tuple[str, ...]
    set_operator: Literal["ForAnyValue", "ForAllValues"] | None = None
    if_exists: bool = False
    doubt: str = ""


class Statement(NamedTuple):
    """One statement. None means that the element is not there, () that it is there and holds nothing.

    `index` is its number in the normalised policy; `choice` names the branch of a template it is in, so that
    statements with different branches of one choice never come together. `doubt` is a construct that can't be judged.
    """

    index: int  # type: ignore[assignment]  # tuple.index is of no use here
    effect: Effect
    actions: tuple[str, ...] | None = None
    not_actions: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    not_resources: tuple[str, ...] | None = None
    principals: tuple[Principal, ...] | None = None
    not_principals: tuple[Principal, ...] | None = None
    conditions: tuple[Condition, ...] = ()
    sid: str = ""
    choice: str | None = None
    doubt: str = ""


class Policy(NamedTuple):
    """A policy. `account` is that of the role or resource it belongs to, "" where it is not known.

    `has_variables`: whether `${…}` is a policy variable in it (Version 2012-10-17) and not plain text. `doubts` are
    parts outside of any statement that can't be judged; a policy with doubts is never proved to allow nothing.
    """

    kind: PolicyKind
    statements: tuple[Statement, ...]
    account: str = ""
    arn: str = ""
    name: str = ""
    has_variables: bool = True
    doubts: tuple[str, ...] = ()


WITH_PRINCIPALS: frozenset[PolicyKind] = frozenset({"trust", "resource", "rcp", "endpoint"})
"""Kinds of policies that say whom they are about; the others are about whoever has them."""

ContextValue = str | tuple[str, ...]


class Request(NamedTuple):
    """One call. Keys of `context` are in lower case; a multi-valued key has a tuple. A key that is not there is absent.

    `resource` is "" where it does not matter (a trust policy's role is the resource).
    """

    principal: Principal
    action: str
    resource: str = ""
    context: Mapping[str, ContextValue] = EMPTY


class Reason(NamedTuple):
    """What a statement said of a request: it decided, or `failed` names the element or condition that didn't match."""

    statement: int
    policy: int
    effect: Effect
    failed: str = ""

    @property
    def name(self) -> str:
        """The statement as people count."""
        return f"statement {self.statement + 1}"


class Decision(NamedTuple):
    """What becomes of a request, the statements that decided, and why in one sentence."""

    outcome: Outcome
    statements: tuple[Reason, ...]
    because: str


class Trusted(NamedTuple):
    """Who is not an outsider. Accounts are twelve digits, organizations `o-…`."""

    own_accounts: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    organizations: frozenset[str] = frozenset()


class Answer(NamedTuple):
    """`yes` with a request that shows it, `no` when it is proved, `unknown` with the construct to blame in `because`.

    `statements` are the indices of the Allow statements that let the witness in.
    """

    verdict: Verdict
    witness: Request | None = None
    statements: tuple[int, ...] = ()
    because: str = ""
