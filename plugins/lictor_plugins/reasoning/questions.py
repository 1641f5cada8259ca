"""Questions about all requests: who can get in, what a change newly allows, which statements are dead or needless.

Each answer is `yes` with a request that the evaluator was asked about too, `no` when it is proved, or `unknown` with
the construct to blame. Where branches of a template exclude each other every combination is looked at, and one that
gives `yes` is enough.
"""

import itertools
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Literal

from lictor import EMPTY, lazy_pattern
from lictor_plugins.reasoning.evaluation import judge, outcome_of, says
from lictor_plugins.reasoning.model import Answer, ContextValue, Policy, Principal, Request, Statement, Trusted
from lictor_plugins.reasoning.outsiders import known_ids, may_mean_outsider, named_accounts, outside
from lictor_plugins.reasoning.partition import Budget
from lictor_plugins.reasoning.proofs import Goal, Scope, answer
from lictor_plugins.reasoning.rules import Rule
from lictor_plugins.reasoning.truths import action_truth, principal_truth, resource_truth
from lictor_plugins.reasoning.variables import has_dollar, variable_keys
from lictor_plugins.reasoning.widening import meaning, rules_of, split, widening
from lictor_plugins.reasoning.worlds import MADE_UP_ACCOUNT, means_own_account, settled, worlds

Way = Literal["aws", "federated", "service"]
WAYS: frozenset[Way] = frozenset({"aws", "federated"})
_ACCOUNT = lazy_pattern(r"\d{12}", re.ASCII)

_RESOURCE_ACCOUNT = "aws:resourceaccount"

NOBODY = Trusted()
Ask = Callable[[tuple[Policy, ...], Budget], Answer]


def outside_access(
    policy: Policy, trusted: Trusted = NOBODY, *, statement: int | None = None, ways: Collection[Way] = WAYS
) -> Answer:
    """Ask whether a policy lets in somebody who is neither of the own nor of a trusted account or organization.

    With `statement` only that Allow statement counts, beside all Deny statements. `ways` are the kinds of callers:
    `aws` users and roles, `federated` token holders, `service` for services that act for somebody else's resource.

    Where no own account is known, neither by the policy nor in `trusted`, the accounts that Allow statements name are
    what the policy trusts by name, and everybody of another account is an outsider. A holder of a token of a shared
    identity provider is an outsider unless a value of the policy pins the tenant; other providers are insiders.
    """
    own = _own_accounts([policy], trusted)
    ready = settled(policy, next(iter(sorted(own)), ""))
    scope = outside(ready, trusted, own, frozenset(ways))._replace(fixed=_given([policy]))
    ids = known_ids(ready)
    narrow = scope if ids is None else scope._replace(exclusions=(*scope.exclusions, ids))

    def ask(policies: tuple[Policy, ...], budget: Budget) -> Answer:
        (one,) = policies
        rules = rules_of(one)
        denies = tuple(rule for rule in rules if rule.statement.effect == "Deny")
        allows = [
            rule
            for rule in rules
            if rule.statement.effect == "Allow" and (statement is None or rule.statement.index == statement)
        ]
        kept = one._replace(
            statements=tuple(each.statement for each in (*allows, *denies)),
        )
        goals = [Goal((allow,), denies) for allow in allows if may_mean_outsider(allow.statement, narrow)]
        found = answer(goals, narrow, lambda request: outcome_of(kept, request) == "allow", budget)
        if ids is None or found.verdict != "no":
            return found
        # Without them nobody gets in. Whether those who have these ids are outsiders is not said.
        if answer(goals, scope, lambda request: outcome_of(kept, request) == "allow", budget).verdict == "no":
            return found
        return Answer("unknown", because="whose the unique ids are that 'aws:userid' is compared with is not said")

    return _let_in(_in_all_worlds((ready,), ask), ready, statement)


def presumed_insiders(policy: Policy, trusted: Trusted) -> tuple[str, ...]:
    """Return the accounts that are taken to be trusted only because a policy names them."""
    return () if _own_accounts([policy], trusted) else tuple(sorted(named_accounts(policy) - trusted.accounts))


def new_access(old: Policy | None, new: Policy | None) -> Answer:
    """Ask whether there is a request that `new` allows and `old` does not; None is no policy at all."""
    if new is None:
        return Answer("no")
    before = old if old is not None else new._replace(statements=(), doubts=())
    own = _own_accounts([before, new], NOBODY)
    account = new.account or before.account or next(iter(sorted(own)), "")
    pair = (settled(before, account), settled(new, account))
    scope = Scope(own, fixed=_given(pair), is_trust=new.kind == "trust")

    def ask(policies: tuple[Policy, ...], budget: Budget) -> Answer:
        first, second = policies
        goals = list(widening(rules_of(first), rules_of(second)))
        return answer(goals, scope, lambda request: _is_new(first, second, request), budget)

    found = _in_all_worlds(pair, ask)
    if found.verdict == "unknown" and meaning(pair[0]) == meaning(pair[1]):
        return Answer("no")
    return _let_in(found, pair[1], None)


def _is_new(old: Policy, new: Policy, request: Request) -> bool:
    return outcome_of(new, request) == "allow" and outcome_of(old, request) in (
        "implicit_deny",
        "explicit_deny",
    )


def is_satisfiable(policy: Policy, index: int) -> Answer:
    """Ask whether a statement can ever apply; `yes` with a request to which it does."""
    own = _own_accounts([policy], NOBODY)
    ready = settled(policy, next(iter(sorted(own)), ""))

    def ask(policies: tuple[Policy, ...], budget: Budget) -> Answer:
        (one,) = policies
        rules = [rule for rule in rules_of(one) if rule.statement.index == index]
        alone = one._replace(statements=tuple(rule.statement for rule in rules))
        goals = [Goal((rule,), ()) for rule in rules]
        scope = Scope(own, fixed=_given([policy]), is_trust=policy.kind == "trust")
        return answer(goals, scope, lambda request: _applies(alone, request), budget)

    found = _in_all_worlds((ready._replace(doubts=()),), ask)
    return found._replace(statements=(index,)) if found.verdict == "yes" else found


def is_redundant(policy: Policy, index: int) -> Answer:
    """Ask whether the other statements decide every request the same: `yes` proved, `no` with a request that differs.

    An Allow is needless when others allow or deny all that it allows; a Deny, when others deny all that it denies.
    """
    own = _own_accounts([policy], NOBODY)
    ready = settled(policy, next(iter(sorted(own)), ""))
    scope = Scope(own, fixed=_given([policy]), is_trust=policy.kind == "trust")

    def ask(policies: tuple[Policy, ...], budget: Budget) -> Answer:
        (one,) = policies
        rules = rules_of(one)
        chosen = [rule for rule in rules if rule.statement.index == index]
        others = [rule for rule in rules if rule.statement.index != index]
        goals = [Goal((rule,), tuple(other for other in others if _covers_for(other, rule))) for rule in chosen]
        return answer(goals, scope, lambda request: _differs(one, index, request), budget)

    found = _in_all_worlds((ready,), ask)
    turned: dict[str, Literal["yes", "no", "unknown"]] = {"yes": "no", "no": "yes", "unknown": "unknown"}
    return found._replace(verdict=turned[found.verdict])


def _covers_for(other: Rule, rule: Rule) -> bool:
    return other.statement.effect == "Deny" or rule.statement.effect == "Allow"


def _differs(policy: Policy, index: int, request: Request) -> bool:
    """Tell whether a request is decided another way without a statement, whose effect is all that counts."""
    without = policy._replace(statements=tuple(each for each in policy.statements if each.index != index))
    if next(each.effect for each in policy.statements if each.index == index) == "Allow":
        return _is_new(without, policy, request)
    denied, still_denied = (says([judge(each, request)], "Deny") for each in (policy, without))
    return denied is True and still_denied is False


def _applies(policy: Policy, request: Request) -> bool:
    """Tell whether one of the statements of a policy applies to a request."""
    return any(judgement.applies is True for judgement in judge(policy, request).judgements)


def allows(
    policy: Policy,
    *,
    principal: Principal | None = None,
    action: str | None = None,
    resource: str | None = None,
    context: Mapping[str, ContextValue] = EMPTY,
) -> Answer:
    """Ask whether some request of this shape is allowed; what is not given is free, keys of `context` are as given."""
    own = _own_accounts([policy], NOBODY)
    ready = settled(policy, next(iter(sorted(own)), ""))
    scope = Scope(
        frozenset(own),
        principal=principal,
        action=action,
        resource=resource,
        fixed={**_given([policy]), **context},
        is_trust=policy.kind == "trust",
    )

    def ask(policies: tuple[Policy, ...], budget: Budget) -> Answer:
        (one,) = policies
        allowed, denied = split(rules_of(one))
        goals = [Goal((rule,), denied) for rule in allowed if _may_be_about(rule, principal, action, resource)]
        return answer(goals, scope, lambda request: outcome_of(one, request) == "allow", budget)

    return _let_in(_in_all_worlds((ready,), ask), ready, None)


def _may_be_about(rule: Rule, principal: Principal | None, action: str | None, resource: str | None) -> bool:
    """Tell whether a statement may cover what is given of a request; a search is needed only for the rest."""
    statement = rule.statement
    if action is not None and action_truth(statement, action) is False:
        return False
    if principal is not None and principal_truth(statement, rule.kind, principal) is False:
        return False
    if resource is None or has_dollar(statement):
        return True
    return resource_truth(statement, resource, {}, has_variables=True, is_by_part=None) is not False


def _own_accounts(policies: Sequence[Policy], trusted: Trusted) -> frozenset[str]:
    """Return the own accounts: as told, else a made-up one where a template means the own account by a symbol."""
    own = {policy.account for policy in policies if _ACCOUNT.fullmatch(policy.account)} | trusted.own_accounts
    if own:
        return frozenset(own)
    return frozenset({MADE_UP_ACCOUNT}) if any(map(means_own_account, policies)) else frozenset()


def _given(policies: Sequence[Policy]) -> Mapping[str, ContextValue]:
    """Return what is the same in all requests that policies are about: whose the role or the resource is.

    Only where they ask for it, so that witnesses don't say what nobody wants to know.
    """
    account, *others = {policy.account for policy in policies if policy.kind in ("trust", "resource")} or {""}
    if others or not _ACCOUNT.fullmatch(account):
        return {}
    is_asked = any(_asks_for(_RESOURCE_ACCOUNT, statement) for policy in policies for statement in policy.statements)
    return {_RESOURCE_ACCOUNT: account} if is_asked else {}


def _asks_for(key: str, statement: Statement) -> bool:
    """Tell whether a condition or a policy variable of a statement is about a key."""
    conditions = statement.conditions
    if any(condition.key == key for condition in conditions):
        return True
    if not has_dollar(statement):
        return False
    texts = itertools.chain(
        statement.resources or (), statement.not_resources or (), *(condition.values for condition in conditions)
    )
    return any("${" in text and key in variable_keys(text) for text in texts)


def _in_all_worlds(policies: tuple[Policy, ...], ask: Ask) -> Answer:
    try:
        ways = list(worlds(policies))
    except ValueError:
        return Answer("unknown", because="the template's conditions have too many combinations")
    result = Answer("no")
    budget = Budget()
    for way in ways:
        found = ask(way, budget)
        if found.verdict == "yes":
            return found
        if found.verdict == "unknown":
            result = found
    doubt = next((doubt for policy in policies for doubt in policy.doubts), "")
    if result.verdict == "no" and doubt:
        return Answer("unknown", because=doubt)
    return result


def _let_in(found: Answer, policy: Policy, statement: int | None) -> Answer:
    """Name the Allow statements that let a witness in."""
    if found.witness is None:
        return found
    asked = [
        each._replace(choice=None)
        for each in policy.statements
        if each.effect == "Allow" and statement in (None, each.index)
    ]
    judged = judge(policy._replace(statements=tuple(asked)), found.witness).judgements
    indices = tuple([each.index for each, said in zip(asked, judged, strict=True) if said.applies is True])
    return found._replace(statements=indices)
