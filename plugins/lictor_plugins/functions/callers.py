"""Who of whom gets in, told to queries: people of one account, people without an external ID, a whole organization."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lictor_plugins.functions.reasoning import NO, JsonObject, ask, read, remembered, statement_at, told

if TYPE_CHECKING:
    from lictor_plugins.reasoning.model import Answer, Condition, ContextValue, Policy

_EXTERNAL_ID = "sts:externalid"
# What says who a member of an organization is, beside its account and name.
_PERSONAL = frozenset({"aws:userid", _EXTERNAL_ID, "sts:rolesessionname", "sts:sourceidentity", "aws:sourceidentity"})
_PERSONAL_PREFIXES = ("aws:principaltag/", "aws:requesttag/")
_MEMBERS = ("arn:aws:iam::999988887777:role/any-path/any-name-there-is", "arn:aws:iam::888877776666:role/any-path/any")


def account_witness(
    policy: Mapping[str, Any],
    statement_index: float,
    account: str,
    own_accounts: Sequence[str],
    trusted_organizations: Sequence[str],
    kind: str = "",
) -> JsonObject:
    """Return whether an Allow statement lets in somebody of an account that it names, as `outside_witness` does.

    For `*` as the account it tells whether those whom a star means get in and are of no own account. Whoever is only
    let in as a member of a trusted organization does not count.
    """
    index = int(statement_index)

    def question() -> JsonObject:
        from lictor_plugins.functions import (
            insiders,
            narrowing,
        )  # with the reasoning behind it, which most runs don't need
        from lictor_plugins.reasoning.model import Trusted

        ready = insiders.with_stand_ins(read(policy, kind), index, has_network=False)
        known = Trusted(
            frozenset((*own_accounts, insiders.INSIDER)),
            frozenset(),
            frozenset((*trusted_organizations, insiders.ORGANIZATION)),
        )
        return told(ask(narrowing.for_account(ready, index, account), known, index, frozenset({"aws"})))

    key = ("account", index, account, tuple(own_accounts), tuple(trusted_organizations), kind)
    return remembered(policy, key, question)


def external_id_witness(policy: Mapping[str, Any], statement_index: float, account: str, kind: str = "") -> JsonObject:
    """Return whether people of an account may assume a role without an external ID that the policy names.

    A call without one, or with any other one, shows it. Who must be a member of an organization that the policy
    names needs none.
    """
    index = int(statement_index)

    def question() -> JsonObject:
        from lictor_plugins.functions import insiders, narrowing
        from lictor_plugins.reasoning.model import Trusted

        whole = insiders.with_stand_ins(read(policy, kind), index, has_network=False)
        _, organizations = insiders.named(whole)
        known = Trusted(frozenset({insiders.INSIDER}), frozenset(), organizations | {insiders.ORGANIZATION})
        ready = _with(narrowing.for_account(whole, index, account), index, _another_external_id(whole))
        return told(ask(ready, known, index, frozenset({"aws"})))

    return remembered(policy, ("external id", index, account, kind), question)


def member_witness(policy: Mapping[str, Any], statement_index: float, kind: str = "") -> JsonObject:
    """Return whether everybody of an organization that conditions name is let in: any account, any name, no tags."""
    index = int(statement_index)
    statement = statement_at(policy, index)
    if not any(each["key"].startswith("aws:principalorg") for each in statement["conditions"]):
        return dict(NO)

    def question() -> JsonObject:
        from lictor_plugins.functions import insiders, narrowing

        whole = insiders.with_stand_ins(read(policy, kind), index, has_network=False)
        accounts, organizations = insiders.named(whole)
        ready = narrowing.with_absent(narrowing.for_anyone(whole, index), index, _is_personal)
        alone = _beside_denies(ready, index)
        found = [_member_answer(alone, accounts, each) for each in sorted(organizations | {insiders.ORGANIZATION})]
        return told(next((each for each in found if each.verdict == "yes"), found[-1]))

    return remembered(policy, ("member", index, kind), question)


def _member_answer(policy: "Policy", accounts: frozenset[str], organization: str) -> "Answer":
    from lictor_plugins.reasoning.model import Principal
    from lictor_plugins.reasoning.questions import allows

    member = next(each for each in _MEMBERS if each.split(":")[4] not in accounts or each == _MEMBERS[-1])
    context: dict[str, ContextValue] = {
        "aws:principalorgid": organization,
        "aws:principalorgpaths": (f"{organization}/r-any1/ou-any1-anyanyany/",),
    }
    return allows(policy, principal=Principal("AWS", member), action="sts:AssumeRole", context=context)


def _is_personal(key: str) -> bool:
    return key in _PERSONAL or key.startswith(_PERSONAL_PREFIXES)


def _beside_denies(policy: "Policy", index: int) -> "Policy":
    kept = (each for each in policy.statements if each.effect == "Deny" or each.index == index)
    return policy._replace(statements=tuple(kept))


def _with(policy: "Policy", index: int, condition: "Condition | None") -> "Policy":
    """Add a condition to a statement."""
    if condition is None:
        return policy
    statements = (
        each._replace(conditions=(*each.conditions, condition)) if each.index == index else each
        for each in policy.statements
    )
    return policy._replace(statements=tuple(statements))


def _another_external_id(policy: "Policy") -> "Condition | None":
    """Return a condition that a call without an external ID meets, and one with an ID that nobody agreed on."""
    from lictor_plugins.reasoning.model import Condition

    ignores_case = any(
        each.key == _EXTERNAL_ID and each.operator == "StringEqualsIgnoreCase"
        for statement in policy.statements
        for each in statement.conditions
    )
    agreed = {
        value.replace("*", "${*}").replace("?", "${?}") if each.operator.startswith("StringEquals") else value
        for statement in policy.statements
        for each in statement.conditions
        if each.key == _EXTERNAL_ID and each.operator != "Null"
        for value in each.values
        if value.strip("*?") or each.operator.startswith("StringEquals")
    }
    operator = "StringNotEqualsIgnoreCase" if ignores_case else "StringNotLike"
    return Condition(operator, _EXTERNAL_ID, tuple(sorted(agreed))) if agreed else None
