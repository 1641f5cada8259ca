"""Who gets in, asked of the reasoning and told to queries: a verdict, a request that shows it, and why not known.

`outside_witness` asks about everybody but the own and the trusted. `stranger_witness` asks about everybody but those
whom the policy names by account or organization, which needs no list of accounts. Answers are kept for a policy as long
as its value is among the last that were asked about.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lictor import NamedTuple, lazy_pattern

if TYPE_CHECKING:
    from lictor_plugins.reasoning.model import Answer, Policy, PolicyKind, Trusted
    from lictor_plugins.reasoning.questions import Way

JsonObject = dict[str, Any]

_MOST = 64
_PARTITION = "aws"


class _Kept(NamedTuple):
    """What is known of a value: answers, and the policies that it was read as."""

    value: Mapping[str, Any]
    answers: dict[tuple[object, ...], JsonObject]
    policies: "dict[str, Policy]"


_kept: OrderedDict[int, _Kept] = OrderedDict()
NO: Mapping[str, Any] = {
    "answer": "no",
    "witness": None,
    "because": None,
    "caller": "",
    "call": "",
    "context": "",
}
# What the reasoning calls with where any resource will do.
_MADE_UP = "arn:aws:s3:::any-bucket"
# Conditions that name one account or organization, by key and operator: what callers elsewhere can never meet.
_ARN_OF_ONE = lazy_pattern(r"arn:[a-z-]+:(?:iam|sts)::\d{12}:[^$]*\Z", re.ASCII)
_COMPARED: Mapping[str, Mapping[str, re.Pattern[str]]] = {
    "aws:principalorgid": {"StringEquals": re.compile(r"o-[a-z0-9]+\Z", re.ASCII)},
    "aws:principalaccount": {"StringEquals": re.compile(r"\d{12}\Z", re.ASCII)},
    "aws:principalarn": dict.fromkeys(("StringEquals", "StringLike", "ArnEquals", "ArnLike"), _ARN_OF_ONE),
}
# References to roles that the same template makes; `insiders` knows more of them, and is heavier.
_SAME_TEMPLATE = lazy_pattern(r"\$\{[A-Za-z0-9]+\.Arn\}")
_MANY = 100
_PEOPLE = frozenset({"account", "user", "role", "role-session", "federated-user"})


def outside_witness(
    policy: Mapping[str, Any],
    statement_index: float,
    own_accounts: Sequence[str],
    trusted_accounts: Sequence[str],
    trusted_organizations: Sequence[str],
    kind: str = "",
) -> JsonObject:
    """Return whether an Allow statement lets in somebody of no own or trusted account or organization.

    `answer` is "yes", "no" or "unknown"; `witness` tells one request of an outsider that is allowed, `because` what
    can't be judged. `caller`, `call` and `context` are the parts of the witness, for messages, which cut what is long.
    Without own accounts, those that principals of the policy name are insiders. `kind` is the kind of
    subject; without it a policy that only has sts actions and no resources is a trust policy.
    """
    index = int(statement_index)
    statement = statement_at(policy, index)
    known = frozenset((*own_accounts, *trusted_accounts))
    if _names_only(statement, known, needs_known=bool(own_accounts)):
        return dict(NO)
    key = (index, tuple(own_accounts), tuple(trusted_accounts), tuple(trusted_organizations), kind)
    return remembered(
        policy,
        ("outside", *key),
        lambda: _outside(policy, index, own_accounts, trusted_accounts, trusted_organizations, kind),
    )


def stranger_witness(policy: Mapping[str, Any], statement_index: float, way: str, kind: str = "") -> JsonObject:
    """Return whether an Allow statement lets in somebody whom the policy names neither by account nor organization.

    `way` is `caller` for callers who are on no network that the policy names, `untagged` for such without tags on
    themselves or their session, `anywhere` for callers on any network, `service` for AWS services that act for a
    stranger's resource. The answer is as that of `outside_witness`.
    """
    index = int(statement_index)
    statement = statement_at(policy, index)
    if way == "service":
        is_asked = any(principal["kind"] == "service" for principal in statement["principals"])
    else:
        is_asked = statement["has_not_principal"] or any(map(_is_anyone, statement["principals"]))
    if statement["effect"] != "Allow" or not is_asked or (way != "service" and _names_callers(statement)):
        return dict(NO)
    return remembered(policy, ("stranger", index, way, kind), lambda: _stranger(policy, index, way, kind))


def statement_at(policy: Mapping[str, Any], index: int) -> Mapping[str, Any]:
    """Return the statement with a number."""
    found: Mapping[str, Any] = next(each for each in policy["statements"] if each["index"] == index)
    return found


def _names_callers(statement: Mapping[str, Any]) -> bool:
    """Tell whether a plain condition names the caller's account or organization, so that no question is needed."""
    conditions = statement["conditions"]
    return any(
        condition["operator"] in _COMPARED.get(condition["key"], ())
        and not condition["if_exists"]
        and condition["set_operator"] is None
        and condition["values"]
        and all(map(_COMPARED[condition["key"]][condition["operator"]].match, condition["values"]))
        for condition in conditions
    )


def _is_anyone(principal: Mapping[str, Any]) -> bool:
    return bool(principal["kind"] == "anyone" or (principal["kind"] == "account" and principal["account"] == "*"))


def _names_only(statement: Mapping[str, Any], accounts: frozenset[str], *, needs_known: bool) -> bool:
    """Tell whether a statement needs no question: it names people of known accounts and services, nobody else."""
    if statement["effect"] != "Allow":
        return True
    if statement["has_not_principal"]:
        return False
    return all(
        principal["kind"] == "service"
        or (
            principal["kind"] in _PEOPLE
            and (principal["account"] in accounts or principal["is_own_account"] or not needs_known)
            and principal["account"] != "*"
            and not principal["is_unresolved"]
        )
        or (principal["is_unresolved"] and _SAME_TEMPLATE.fullmatch(principal["value"]))
        for principal in statement["principals"]
    )


def remembered(policy: Mapping[str, Any], key: tuple[object, ...], question: Callable[[], JsonObject]) -> JsonObject:
    """Return the answer to a question, asked once for one value."""
    answers = _kept_for(policy).answers
    if key not in answers:
        answers[key] = question()
    return dict(answers[key])


def _kept_for(policy: Mapping[str, Any]) -> _Kept:
    """Return what is kept for a value: it is held, so its id is nobody else's."""
    held = _kept.get(id(policy))
    if held is None or held.value is not policy:
        held = _kept[id(policy)] = _Kept(policy, {}, {})
        if len(_kept) > _MOST:
            _kept.popitem(last=False)
    return held


def _outside(
    policy: Mapping[str, Any], index: int, own: Sequence[str], trusted: Sequence[str], ids: Sequence[str], kind: str
) -> JsonObject:
    from lictor_plugins.functions import insiders  # with the reasoning behind it, which most runs don't need
    from lictor_plugins.reasoning.model import Trusted

    whole = read(policy, kind)
    accounts = frozenset(own) or insiders.accounts_of_principals(whole)
    ready = insiders.with_stand_ins(whole, index, has_network=False)
    # The reasoning takes the first own account for the one that `${AWS::AccountId}` means.
    known = Trusted(accounts | {insiders.INSIDER}, frozenset(trusted), frozenset((*ids, insiders.ORGANIZATION)))
    return told(ask(ready, known, index, frozenset({"aws", "federated"})))


def _stranger(policy: Mapping[str, Any], index: int, way: str, kind: str) -> JsonObject:
    from lictor_plugins.functions import insiders, narrowing
    from lictor_plugins.reasoning.model import Trusted

    whole = read(policy, kind)
    accounts, organizations = insiders.named(whole)
    if len(accounts) > _MANY:
        # Who is named beside a star matters only where a condition tells accounts apart.
        told_apart = {value for each in whole.statements for part in each.conditions for value in part.values}
        accounts = frozenset(each for each in accounts if any(each in value for value in told_apart))
    known = Trusted(accounts | {insiders.INSIDER}, frozenset(), organizations | {insiders.ORGANIZATION})
    ready = insiders.with_stand_ins(whole, index, has_network=way in ("caller", "untagged"))
    if way == "untagged":
        ready = narrowing.without_tags(ready, index)
    if way == "service":
        return told(ask(insiders.for_services(ready, index), known, index, frozenset({"service"})))
    found = ask(narrowing.for_anyone(ready, index), known, index, frozenset({"aws"}))
    if found.verdict == "no" and insiders.speaks_of_services(ready, index):
        # A service may be let in by a star and a condition on the resource that it works for.
        found = ask(insiders.as_service(ready, index), known, index, frozenset({"service"}))
    return told(found)


def ask(policy: "Policy", known: "Trusted", index: int, ways: "frozenset[Way]") -> "Answer":
    """Ask whether a statement lets in an outsider, whatever its resources are called."""
    from lictor_plugins.functions import resource_stand_ins as resources
    from lictor_plugins.reasoning.questions import outside_access

    ready = resources.with_stand_in_resources(policy)
    found = outside_access(ready, known, statement=index, ways=ways)
    if ready is policy or found.witness is None:
        return found
    if any(statement.effect == "Deny" for statement in ready.statements):
        closest = outside_access(resources.with_widest_denies(ready), known, statement=index, ways=ways)
        if closest.verdict != "yes":
            return closest._replace(verdict="unknown", because="which resources a Deny is about is not known")
    return found._replace(witness=found.witness._replace(resource=""))


def read(policy: Mapping[str, Any], kind: str) -> "Policy":
    """Read a value as the policy that a kind of subject is."""
    from lictor_plugins.reasoning.reading import policy_from, policy_kind

    policies = _kept_for(policy).policies
    if kind not in policies:
        # Who gets in is the same in every partition, and principals are told apart by whole ARNs.
        policies[kind] = policy_from(_as_meant(policy), policy_kind(kind) or _kind_of(policy), partition=_PARTITION)
    return policies[kind]


def _as_meant(policy: Mapping[str, Any]) -> Mapping[str, Any]:
    """Read `allow` and misspelt elements as they are meant: that is a finding of its own, and hides no other."""
    is_odd = any(each["effect_raw"] != each["effect"] for each in policy["statements"])
    if not is_odd and not policy["unknown_elements"]:
        return policy
    statements = [
        {**each, "effect_raw": each["effect"]} if str(each["effect_raw"]).lower() == each["effect"].lower() else each
        for each in policy["statements"]
    ]
    return {**policy, "statements": statements, "unknown_elements": []}


def _kind_of(policy: Mapping[str, Any]) -> "PolicyKind":
    is_trust = all(
        not statement["has_resource"]
        and not statement["has_not_resource"]
        and statement["actions"]
        and all(action.lower().startswith("sts:") for action in statement["actions"])
        for statement in policy["statements"]
    )
    if is_trust or policy["role"]:
        return "trust"
    has_principals = any(each["has_principal"] or each["has_not_principal"] for each in policy["statements"])
    return "resource" if has_principals else "identity"


def told(answer: "Answer") -> JsonObject:
    """Tell an answer to queries."""
    from lictor_plugins.functions.insiders import plain
    from lictor_plugins.reasoning.principals import ANONYMOUS
    from lictor_plugins.reasoning.wording import request_text

    verdict = {"answer": answer.verdict, "because": answer.because or None}
    if answer.witness is None:
        return {**NO, **verdict}
    request = plain(answer.witness)
    if request.resource.startswith(_MADE_UP) and not request.action.lower().startswith("s3:"):
        request = request._replace(resource="")
    sentence, short = request_text(request), request_text(request._replace(context={}))
    caller = "somebody without credentials" if request.principal == ANONYMOUS else request.principal.value
    call, context = short.removeprefix(request.principal.value), sentence.removeprefix(short)
    return {**verdict, "witness": f"{caller}{call}{context}", "caller": caller, "call": call, "context": context}
