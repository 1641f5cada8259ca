"""Who gets in, asked of the reasoning and told to queries: a verdict, a request that shows it, and why not known.

`outside_witness` asks about everybody but the own and the trusted. `stranger_witness` asks about everybody but those
whom the policy names by account or organization, which needs no list of accounts. Answers are kept for a policy as long
as its value is among the last that were asked about.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lictor_plugins.reasoning.model import Answer, Policy, PolicyKind

JsonObject = dict[str, Any]

_KEPT = 64
_answers: OrderedDict[int, tuple[Mapping[str, Any], dict[tuple[object, ...], JsonObject]]] = OrderedDict()
_NO: Mapping[str, Any] = {"answer": "no", "witness": None, "because": None}
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
    can't be judged. Without own accounts, those that principals of the policy name are insiders. `kind` is the kind of
    subject; without it a policy that only has sts actions and no resources is a trust policy.
    """
    index = int(statement_index)
    statement = _statement(policy, index)
    known = frozenset((*own_accounts, *trusted_accounts))
    if _names_only(statement, known, needs_known=bool(own_accounts)):
        return dict(_NO)
    key = (index, tuple(own_accounts), tuple(trusted_accounts), tuple(trusted_organizations), kind)
    return _remembered(
        policy,
        ("outside", *key),
        lambda: _outside(policy, index, own_accounts, trusted_accounts, trusted_organizations, kind),
    )


def stranger_witness(policy: Mapping[str, Any], statement_index: float, way: str, kind: str = "") -> JsonObject:
    """Return whether an Allow statement lets in somebody whom the policy names neither by account nor organization.

    `way` is `caller` for callers who are on no network that the policy names, `anywhere` for callers on any network,
    `service` for AWS services that act for a stranger's resource. The answer is as that of `outside_witness`.
    """
    index = int(statement_index)
    statement = _statement(policy, index)
    if way == "service":
        is_asked = any(principal["kind"] == "service" for principal in statement["principals"])
    else:
        is_asked = statement["has_not_principal"] or any(map(_is_anyone, statement["principals"]))
    if statement["effect"] != "Allow" or not is_asked:
        return dict(_NO)
    return _remembered(policy, ("stranger", index, way, kind), lambda: _stranger(policy, index, way, kind))


def _statement(policy: Mapping[str, Any], index: int) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(each for each in policy["statements"] if each["index"] == index)
    return found


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
        for principal in statement["principals"]
    )


def _remembered(policy: Mapping[str, Any], key: tuple[object, ...], ask: Callable[[], JsonObject]) -> JsonObject:
    """Return the answer to a question, asked once for one value: it is held, so its id is nobody else's."""
    held = _answers.get(id(policy))
    if held is None or held[0] is not policy:
        held = _answers[id(policy)] = (policy, {})
        if len(_answers) > _KEPT:
            _answers.popitem(last=False)
    if key not in held[1]:
        held[1][key] = ask()
    return dict(held[1][key])


def _outside(
    policy: Mapping[str, Any], index: int, own: Sequence[str], trusted: Sequence[str], ids: Sequence[str], kind: str
) -> JsonObject:
    from lictor_plugins.functions import insiders  # with the reasoning behind it, which most runs don't need
    from lictor_plugins.reasoning.model import Trusted
    from lictor_plugins.reasoning.questions import outside_access

    read = _read(policy, kind)
    accounts = frozenset(own) or insiders.accounts_of_principals(read)
    ready = insiders.with_stand_ins(read, index, has_network=False)
    # The reasoning takes the first own account for the one that `${AWS::AccountId}` means.
    known = Trusted(accounts | {insiders.INSIDER}, frozenset(trusted), frozenset((*ids, insiders.ORGANIZATION)))
    return _told(outside_access(ready, known, statement=index))


def _stranger(policy: Mapping[str, Any], index: int, way: str, kind: str) -> JsonObject:
    from lictor_plugins.functions import insiders
    from lictor_plugins.reasoning.model import Trusted
    from lictor_plugins.reasoning.questions import outside_access

    read = _read(policy, kind)
    accounts, organizations = insiders.named(read)
    known = Trusted(accounts | {insiders.INSIDER}, frozenset(), organizations | {insiders.ORGANIZATION})
    ready = insiders.with_stand_ins(read, index, has_network=way == "caller")
    if way == "service":
        return _told(outside_access(insiders.for_services(ready, index), known, statement=index, ways={"service"}))
    found = outside_access(insiders.for_anyone(ready, index), known, statement=index, ways={"aws"})
    if found.verdict == "no" and insiders.speaks_of_services(ready, index):
        # The answer for a service that is let in by a star and a condition on the resource that it works for.
        found = outside_access(insiders.as_service(ready, index), known, statement=index, ways={"service"})
    return _told(found)


def _read(policy: Mapping[str, Any], kind: str) -> "Policy":
    from lictor_plugins.reasoning.reading import policy_from, policy_kind

    return policy_from(policy, policy_kind(kind) or _kind_of(policy))


def _kind_of(policy: Mapping[str, Any]) -> "PolicyKind":
    is_trust = all(
        not statement["has_resource"]
        and not statement["has_not_resource"]
        and statement["actions"]
        and all(action.lower().startswith("sts:") for action in statement["actions"])
        for statement in policy["statements"]
    )
    return "trust" if is_trust or policy["role"] else "resource"


def _told(answer: "Answer") -> JsonObject:
    from lictor_plugins.functions.insiders import plain
    from lictor_plugins.reasoning.wording import request_text

    witness = None if answer.witness is None else request_text(plain(answer.witness))
    return {"answer": answer.verdict, "witness": witness, "because": answer.because or None}
