"""The answers beside the requests of small worlds: callers, actions, resources and values that make a difference.

Other operators, keys, kinds of policies and callers than in the laws over random requests, and every statement is made
of few values, so that conditions meet. What is never and always there is told by the kinds of callers alone.
"""

import os
import random
from collections.abc import Iterator, Mapping

from lictor_plugins.reasoning.evaluation import decide
from lictor_plugins.reasoning.keys import derived_keys, presence
from lictor_plugins.reasoning.model import Condition, ContextValue, Policy, PolicyKind, Principal, Request, Statement
from lictor_plugins.reasoning.model import Trusted as Insiders
from lictor_plugins.reasoning.principals import ANONYMOUS, identify
from lictor_plugins.reasoning.proofs import DIFFER
from lictor_plugins.reasoning.questions import is_satisfiable, new_access, outside_access
from lictor_plugins.reasoning.truths import action_truth, principal_truth, resource_truth

PAIRS = int(os.environ.get("LICTOR_REASONING_PAIRS", "10000")) // 3
SEED = int(os.environ.get("LICTOR_REASONING_SEED", "1"))
REQUESTS = 25
OWN, FRIEND, STRANGER = "111122223333", "111144445555", "999988887777"
GOOGLE = "accounts.google.com"
KINDS: tuple[PolicyKind, ...] = ("trust", "resource", "identity", "scp")

CALLERS = (
    *(
        Principal("AWS", f"arn:aws:iam::{account}:{name}")
        for account in (OWN, FRIEND, STRANGER)
        for name in ("role/any-role", "role/app", "role/team/app", "role/Admin", "user/Eve", "user/team/eve", "root")
    ),
    Principal("AWS", f"arn:aws:sts::{OWN}:assumed-role/app/s"),
    Principal("AWS", f"arn:aws:sts::{STRANGER}:federated-user/Bob"),
    Principal("AWS", f"arn:aws-cn:iam::{STRANGER}:role/app"),
    Principal("Service", "ec2.amazonaws.com"),
    Principal("Service", "logs.eu-west-1.amazonaws.com"),
    Principal("Federated", f"arn:aws:iam::{OWN}:saml-provider/Corp"),
    Principal("Federated", GOOGLE),
    ANONYMOUS,
)
STATED = (
    Principal("*", "*"),
    Principal("AWS", "*"),
    Principal("AWS", OWN),
    Principal("AWS", f"arn:aws:iam::{FRIEND}:root"),
    Principal("AWS", f"arn:aws:iam::{FRIEND}:role/team/app"),
    Principal("AWS", f"arn:aws:iam::{OWN}:user/Eve"),
    Principal("AWS", f"arn:aws:sts::{OWN}:assumed-role/app/s"),
    Principal("AWS", f"arn:aws:sts::{STRANGER}:federated-user/Bob"),
    Principal("Service", "ec2.amazonaws.com"),
    Principal("Service", "logs.eu-west-1.amazonaws.com"),
    Principal("Federated", f"arn:aws:iam::{OWN}:saml-provider/Corp"),
    Principal("Federated", GOOGLE),
)
TEXT = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase")
TEXT = (*TEXT, "StringNotEqualsIgnoreCase")
ARN = ("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "StringLike", "StringNotLike")
NUMBER = ("NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan")
DATE = ("DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals")
ADDRESS = ("IpAddress", "NotIpAddress")
WORDS = ("a", "A", "ab", "a*", "*b", "?", "*", "?*", "${*}", "a${*}", "${aws:username}", "x${aws:username}*")
WORD_VALUES = ("a", "A", "ab", "b", "xb", "*", "a*", "", "Eve", "xEve1", "eve", "zz")
SETS = (("a",), ("a", "zz"), ("ab", "b"), ("zz",), ("A",), ("a", "b"))
MOMENTS = ("2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", "2027-01-01T00:00:00.5Z")
ARNS = ("arn:aws:iam::*:role/*", "arn:aws:iam::1111*:*", "arn:*:iam::*:role/app", f"arn:aws:iam::{OWN}:role/team/*")
ARNS = (*ARNS, "arn:aws:iam::*:user/?ve", "arn:aws*:*::*:*", "*", "arn:aws:iam::*app", f"arn:aws:iam::{OWN}:root")

TABLE: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], tuple[ContextValue, ...]]] = {
    "aws:requesttag/x": (TEXT, WORDS, WORD_VALUES),
    "acme:word": (TEXT, WORDS[:8], WORD_VALUES),
    "acme:flag": (
        ("Bool", "StringEquals", "StringNotEquals"),
        ("true", "false", "True"),
        ("true", "false", "True", "x"),
    ),
    "aws:tagkeys": (TEXT, WORDS[:8], SETS),
    "aws:principalarn": (ARN, ARNS, ()),
    "aws:principalaccount": (TEXT, (OWN, FRIEND, "1111*", "*5555", "*", "anonymous"), ()),
    "aws:principaltype": (TEXT, ("User", "Account", "Assumed*", "FederatedUser", "Anonymous"), ()),
    "aws:username": (TEXT, ("Eve", "eve", "E*", "*", "?ve"), ()),
    "aws:userid": (
        TEXT,
        ("AROAAAAAAAAAAAAAAAAA:*", "*:s", "AIDA*", f"{STRANGER}:Bob", "*:B*", OWN, "9999*", "anonymous", "*"),
        ("AROAAAAAAAAAAAAAAAAA:s", "AROABBBBBBBBBBBBBBBB:t", "AIDAAAAAAAAAAAAAAAAA", "AIDABBBBBBBBBBBBBBBB"),
    ),
    "aws:principalorgid": (TEXT, ("o-aaaaaaaaaa", "o-a*", "*"), ("o-aaaaaaaaaa", "o-bbbbbbbbbb")),
    "aws:principalorgpaths": (
        ("StringEquals", "StringLike", "StringNotLike"),
        ("o-aaaaaaaaaa/*", "o-aaaaaaaaaa/r-1/ou-1/*", "*/ou-1/*"),
        (("o-aaaaaaaaaa/r-1/ou-1/",), ("o-aaaaaaaaaa/r-1/",), ("o-bbbbbbbbbb/r-2/ou-1/",)),
    ),
    "aws:principalisawsservice": (("Bool",), ("true", "false"), ("true", "false")),
    "aws:multifactorauthpresent": (("Bool",), ("true", "false", "TRUE"), ("true", "false")),
    "aws:sourceip": (
        (*ADDRESS, "StringEquals", "StringLike"),
        ("10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "0.0.0.0/0", "2001:db8::/32", "10.1.2.3/32", "::/0"),
        ("10.0.0.0", "10.1.2.3", "10.1.255.255", "10.2.0.0", "11.0.0.0", "9.255.255.255", "2001:db8::1", "::1"),
    ),
    "sts:durationseconds": (
        NUMBER,
        ("900", "900.0", "+901", "0900", "-1", "902.5"),
        ("899", "900", "900.5", "901", "902.5", "903", "-1", "-2"),
    ),
    "aws:currenttime": (DATE, (*MOMENTS, "2026-01-01T01:00:00+01:00", "1767225600"), MOMENTS),
    "aws:epochtime": (
        (*DATE, *NUMBER[:4]),
        ("1767225600", "1780272000", "1798761600.5"),
        ("1767225599", "1767225600", "1780272000", "1798761600.5"),
    ),
    "aws:sourceaccount": (TEXT, (OWN, "1111*"), (OWN, FRIEND, STRANGER)),
    "aws:sourcearn": (ARN, (f"arn:aws:s3:::{OWN}-*", "arn:aws:*:*:*:*"), (f"arn:aws:s3:::{OWN}-x", "arn:aws:s3:::x")),
    f"{GOOGLE}:aud": (TEXT, ("a", "ab", "a*"), ("a", "ab", "zz")),
    "saml:aud": (TEXT, ("a", "ab", "a*"), ("a", "ab", "zz")),
    "sts:externalid": (TEXT, WORDS[:8], WORD_VALUES),
}
ACTIONS: Mapping[PolicyKind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "trust": (
        ("sts:AssumeRole", "sts:AssumeRole", "sts:Assume*", "sts:*", "sts:?agSession", "sts:AssumeRoleWith*"),
        ("sts:AssumeRole", "sts:TagSession", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"),
    )
}
OTHER_ACTIONS = (
    ("s3:Get*", "S3:getobject", "s3:*", "*", "s?:*Object", "*:Get*", "ec2:RunInstances"),
    ("s3:GetObject", "s3:GetX", "s3:PutObject", "sx:PutObject", "ec2:GetX", "ec2:RunInstances", "iam:X"),
)
RESOURCES = (
    "*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/a", "arn:aws:s3:::?/*", "arn:aws:s3:::b/${aws:username}/*",
    "arn:aws:s3:::*", "arn:aws:s3:::${*}/a", "arn:aws:ec2:*:111122223333:instance/*",
)  # fmt: skip
RESOURCE_VALUES = (
    "*", "arn:aws:s3:::b/a", "arn:aws:s3:::b/Eve/x", "arn:aws:s3:::c/ab", "arn:aws:s3:::*/a", "arn:aws:s3:::cc",
    "arn:aws:ec2:eu-west-1:111122223333:instance/i", "arn:aws:iam::999988887777:role/x",
)  # fmt: skip


def a_condition(chance: random.Random, keys: tuple[str, ...]) -> Condition:
    key = chance.choice(keys)
    operators, values, _ = TABLE[key]
    if chance.random() < 0.12:
        return Condition("Null", key, (chance.choice(("true", "false")),))
    operator = chance.choice(operators)
    if "StringL" not in operator and operator.startswith("Bool"):
        values = ("true", "false")
    chosen = tuple(chance.sample(values, min(len(values), chance.choice((1, 1, 2)))))
    is_set = key in ("aws:tagkeys", "aws:principalorgpaths") or chance.random() < 0.04
    set_operator = chance.choice(("ForAnyValue", "ForAllValues")) if is_set else None
    return Condition(operator, key, chosen, set_operator, chance.random() < 0.2)


def a_statement(chance: random.Random, kind: PolicyKind, keys: tuple[str, ...], index: int) -> Statement:
    patterns = ACTIONS.get(kind, OTHER_ACTIONS)[0]
    actions = tuple(chance.sample(patterns, chance.choice((1, 1, 2))))
    resources = tuple(chance.sample(RESOURCES, chance.choice((1, 2)))) if chance.random() < 0.6 else ("*",)
    principals = tuple(chance.sample(STATED, chance.choice((1, 1, 2)))) if chance.random() < 0.6 else (STATED[0],)
    has_principal, has_resource = kind in ("trust", "resource"), kind != "trust"
    is_turned, is_elsewhere = kind != "trust" and chance.random() < 0.15, chance.random() < 0.15
    is_but = kind == "resource" and chance.random() < 0.1
    return Statement(
        index,
        chance.choice(("Allow", "Allow", "Deny")),
        actions=None if is_turned else actions,
        not_actions=actions if is_turned else None,
        resources=resources if has_resource and not is_elsewhere else None,
        not_resources=resources if has_resource and is_elsewhere else None,
        principals=principals if has_principal and not is_but else None,
        not_principals=principals if has_principal and is_but else None,
        conditions=tuple(a_condition(chance, keys) for _ in range(chance.choice((0, 1, 1, 2, 3)))),
    )


def a_policy(chance: random.Random, kind: PolicyKind, keys: tuple[str, ...]) -> Policy:
    statements = tuple(a_statement(chance, kind, keys, index) for index in range(chance.randint(1, 3)))
    return Policy(kind, statements, OWN)


def changed(chance: random.Random, policy: Policy, keys: tuple[str, ...]) -> Policy:
    statements = list(policy.statements)
    place = chance.randrange(len(statements))
    how = chance.randrange(5)
    if how == 0:
        statements[place] = a_statement(chance, policy.kind, keys, place)
    elif how == 1:
        statements.append(a_statement(chance, policy.kind, keys, len(statements)))
    elif how == 2:
        statements[place] = statements[place]._replace(conditions=statements[place].conditions[1:])
    elif how == 3:
        old = statements[place].conditions
        new = (*old, a_condition(chance, keys)) if not old else (*old[1:], a_condition(chance, keys))
        statements[place] = statements[place]._replace(conditions=new)
    else:
        return a_policy(chance, policy.kind, keys)
    return policy._replace(statements=tuple(statements))


def some_keys(chance: random.Random, kind: PolicyKind) -> tuple[str, ...]:
    own = [key for key in TABLE if kind == "trust" or not key.startswith(("sts:", "saml:", GOOGLE))]
    if kind in ("identity", "scp"):
        own = [key for key in own if not key.startswith("aws:source")]
    found = chance.sample(own, chance.choice((1, 2, 2, 3)))
    return tuple(dict.fromkeys([*found, "aws:currenttime"] if "aws:epochtime" in found else found))


def requests(chance: random.Random, policy: Policy, keys: tuple[str, ...], count: int) -> Iterator[Request]:
    """Yield requests of the world that one of the Allow statements of a policy may mean."""
    kind = policy.kind
    actions = ACTIONS.get(kind, OTHER_ACTIONS)[1]
    resources = ("",) if kind == "trust" else RESOURCE_VALUES
    for statement in policy.statements:
        people = CALLERS if kind in ("trust", "resource") else CALLERS[:24]
        callers = [caller for caller in people if principal_truth(statement, kind, caller)]
        places = [
            resource
            for resource in resources
            if resource_truth(statement, resource, {"aws:username": "Eve"}, has_variables=True)
        ]
        meant = [
            (caller, action, resource)
            for action in actions
            if action_truth(statement, action)
            for resource in places
            for caller in callers
            if may_call(kind, caller, action)
        ]
        for caller, action, resource in chance.choices(meant, k=count) if meant else ():
            context = a_context(chance, caller, action, keys)
            if context is not None:
                yield Request(caller, action, resource, context)


def a_context(
    chance: random.Random, caller: Principal, action: str, keys: tuple[str, ...]
) -> dict[str, ContextValue] | None:
    context: dict[str, ContextValue] = {}
    derived = derived_keys(caller, action)
    for key in keys:
        there = presence(key, caller, action)
        values = TABLE[key][2]
        if key in derived or there == "never" or not values:
            continue
        if there == "always" or chance.random() < 0.7:
            context[key] = chance.choice(values)
    if "aws:epochtime" in context:
        context.pop("aws:currenttime", None)
    if not is_possible(context, caller, keys):
        return None
    return context


def is_possible(context: Mapping[str, ContextValue], caller: Principal, keys: tuple[str, ...]) -> bool:
    user_id = context.get("aws:userid")
    kind = identify(caller).kind
    if isinstance(user_id, str) and kind in ("role", "role-session", "user"):
        return user_id.startswith("AIDA" if kind == "user" else "AROA")
    if isinstance(user_id, str):
        return False
    paths, organization = context.get("aws:principalorgpaths"), context.get("aws:principalorgid")
    if "aws:principalorgid" in keys and paths:
        return isinstance(organization, str) and all(path.startswith(f"{organization}/") for path in paths)
    return True


def may_call(kind: PolicyKind, caller: Principal, action: str) -> bool:
    who = identify(caller)
    if kind != "trust":
        return who.kind != "federated"
    if action == "sts:AssumeRole":
        return who.kind not in ("federated", "root", "federated-user", "anonymous")
    if action.startswith("sts:AssumeRoleWith"):
        return who.kind == "federated" and who.is_saml == action.endswith("SAML")
    return who.kind != "anonymous"


def outcome(policy: Policy, request: Request) -> str:
    return decide([policy], request).outcome


def is_new(old: Policy, new: Policy, request: Request) -> bool:
    return outcome(new, request) == "allow" and outcome(old, request) in ("explicit_deny", "implicit_deny")


def test_a_change_that_widens_in_a_small_world_is_never_called_safe() -> None:
    chance = random.Random(SEED)  # noqa: S311 - no secrets
    verdicts = dict.fromkeys(("yes", "no", "unknown"), 0)
    for number in range(PAIRS):
        kind = KINDS[number % len(KINDS)]
        keys = some_keys(chance, kind)
        old = a_policy(chance, kind, keys)
        new = changed(chance, old, keys)
        answer = new_access(old, new)
        verdicts[answer.verdict] += 1
        assert answer.because != DIFFER, (old, new)
        if answer.verdict == "yes":
            assert is_new(old, new, answer.witness), (old, new, answer)
        if answer.verdict == "no":
            for request in requests(chance, new, keys, REQUESTS):
                assert not is_new(old, new, request), (old, new, request)
    assert min(verdicts["yes"], verdicts["no"]) > PAIRS / 10


def test_an_outsider_of_a_small_world_who_gets_in_is_never_overlooked() -> None:
    chance = random.Random(SEED)  # noqa: S311 - no secrets
    for number in range(PAIRS // 2):
        kind: PolicyKind = "resource" if number % 2 else "trust"
        keys = some_keys(chance, kind)
        policy = a_policy(chance, kind, keys)
        answer = outside_access(policy, Insiders(frozenset({OWN}), frozenset(), frozenset({"o-aaaaaaaaaa"})))
        assert answer.because != DIFFER, policy
        if answer.verdict == "yes":
            assert outcome(policy, answer.witness) == "allow"
            assert is_outside(answer.witness) or answer.witness.principal.type == "Federated", (policy, answer)
        if answer.verdict == "no":
            for request in requests(chance, policy, keys, REQUESTS):
                is_call = kind != "trust" or request.action.startswith("sts:AssumeRole")
                if is_call and is_outside(request):
                    assert outcome(policy, request) != "allow", (policy, request)


def is_outside(request: Request) -> bool:
    if request.principal == ANONYMOUS:
        return True
    is_member = request.context.get("aws:principalorgid") == "o-aaaaaaaaaa" or any(
        path.startswith("o-aaaaaaaaaa/") for path in request.context.get("aws:principalorgpaths", ())
    )
    return identify(request.principal).account not in ("", OWN) and not is_member


def test_a_statement_that_applies_in_a_small_world_is_never_called_dead() -> None:
    chance = random.Random(SEED)  # noqa: S311 - no secrets
    for number in range(PAIRS // 4):
        kind = KINDS[number % len(KINDS)]
        keys = some_keys(chance, kind)
        policy = a_policy(chance, kind, keys)
        answer = is_satisfiable(policy, 0)
        assert answer.because != DIFFER, policy
        alone = policy._replace(statements=(policy.statements[0]._replace(effect="Allow"),))
        if answer.verdict == "yes":
            assert outcome(alone, answer.witness) == "allow", (alone, answer)
        if answer.verdict == "no":
            for request in requests(chance, policy, keys, REQUESTS):
                assert outcome(alone, request) != "allow", (alone, request)
