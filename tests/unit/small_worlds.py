"""Small worlds for the laws of the reasoning: callers, actions, resources and values that make a difference.

Every statement is made of few values, so that conditions meet. What is never and always there is told by the kinds of
callers alone. Requests take the values that policies name, and their neighbours.
"""

import random
from collections.abc import Iterator, Mapping, Sequence

from lictor_plugins.reasoning.keys import derived_keys, key_facts, presence
from lictor_plugins.reasoning.model import Condition, ContextValue, Policy, PolicyKind, Principal, Request, Statement
from lictor_plugins.reasoning.principals import ANONYMOUS, identify
from lictor_plugins.reasoning.truths import action_truth, principal_truth, resource_truth

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
    Principal("AWS", "arn:aws:iam::*:role/app"),  # IAM refuses it: whom it matches is a doubt
)
TEXT = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase")
TEXT = (*TEXT, "StringNotEqualsIgnoreCase")
ARN = ("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "StringLike", "StringNotLike")
NUMBER = ("NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan")
DATE = ("DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals")
ADDRESS = ("IpAddress", "NotIpAddress")
WORDS = ("a", "A", "ab", "a*", "*b", "?", "*", "?*", "${*}", "a${*}", "${aws:username}", "x${aws:username}*")
MORE_WORDS = (
    *WORDS,
    "${aws:username, 'a'}",
    "${aws:principaltag/Größe, 'ab'}*",
    "${aws:principaltag/Größe}",
    "${Env}-b",
)
WORD_VALUES = ("a", "A", "ab", "b", "xb", "*", "a*", "", "Eve", "xEve1", "eve", "zz")
SETS = (("a",), ("a", "zz"), ("ab", "b"), ("zz",), ("A",), ("a", "b"))
MOMENTS = ("2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", "2027-01-01T00:00:00.5Z")
ARNS = ("arn:aws:iam::*:role/*", "arn:aws:iam::1111*:*", "arn:*:iam::*:role/app", f"arn:aws:iam::{OWN}:role/team/*")
ARNS = (*ARNS, "arn:aws:iam::*:user/?ve", "arn:aws*:*::*:*", "*", "arn:aws:iam::*app", f"arn:aws:iam::{OWN}:root")

TABLE: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], tuple[ContextValue, ...]]] = {
    "aws:requesttag/x": (TEXT, WORDS, WORD_VALUES),
    "acme:word": (TEXT, WORDS[:8], WORD_VALUES),
    "aws:resourcetag/cost center:π": (TEXT, MORE_WORDS, WORD_VALUES),
    "aws:principaltag/größe": (TEXT, ("a", "ab", "a*", "${aws:requesttag/x}"), ("a", "ab", "Ab", "zz")),
    "s3:prefix": (TEXT, ("a/*", "a/", "", "${aws:username}/*", "${Env}/*"), ("a/", "a/b", "", "Eve/x", "zz")),
    "s3:max-keys": (NUMBER, ("10", "1000", "10.0"), ("9", "10", "11", "999.5", "1000", "1001")),
    "kms:encryptioncontext:app": (TEXT, WORDS[:6], WORD_VALUES),
    "acme:blob": (("BinaryEquals",), ("QQ==", "YWI="), ("QQ==", "YWI=", "YQ==")),
    "aws:calledvia": (TEXT, ("athena.amazonaws.com", "a*", "*"), (("athena.amazonaws.com",), ("x", "a"), ("x",))),
    "aws:viaawsservice": (("Bool",), ("true", "false"), ("true", "false")),
    "aws:multifactorauthage": (NUMBER, ("300", "3600"), ("299", "300", "1000", "3600", "3601")),
    "aws:tokenissuetime": (DATE, MOMENTS, MOMENTS),
    "iam:policyarn": (
        ARN,
        ("arn:aws:iam::aws:policy/*", "arn:aws:iam::*:policy/?"),
        ("arn:aws:iam::aws:policy/A",),
    ),
    "sts:transitivetagkeys": (TEXT, WORDS[:8], SETS),
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
    is_set = key_facts(key).is_multivalued or chance.random() < 0.04
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
    return Policy(kind, statements, OWN, has_variables=chance.random() < 0.9)


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
    others = ("s3:", "kms:", "iam:") if kind == "trust" else ("sts:", "saml:", GOOGLE)
    own = [key for key in TABLE if not key.startswith(others)]
    if kind in ("identity", "scp"):
        own = [key for key in own if not key.startswith("aws:source")]
    found = chance.sample(own, chance.choice((1, 2, 2, 3)))
    found += [key for key in ("aws:principaltag/größe",) if "aws:resourcetag/cost center:π" in found]
    return tuple(dict.fromkeys([*found, "aws:currenttime"] if "aws:epochtime" in found else found))


def requests(chance: random.Random, policy: Policy, keys: tuple[str, ...], count: int) -> Iterator[Request]:
    """Yield requests of the world that one of the Allow statements of a policy may mean."""
    kind = policy.kind
    actions = ACTIONS.get(kind, OTHER_ACTIONS)[1]
    named = [text for each in policy.statements for text in (*(each.resources or ()), *(each.not_resources or ()))]
    resources = ("",) if kind == "trust" else (*RESOURCE_VALUES, *(near(chance, text) for text in named))
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
            context = a_context(chance, caller, action, keys, policy.statements)
            if context is not None:
                yield Request(caller, action, resource, context)


def near(chance: random.Random, pattern: str) -> str:
    """Return a text that a pattern matches, or one beside it."""
    text = pattern.replace("${*}", "*").replace("${aws:username}", "Eve").replace("${Env}", "prod")
    text = "".join(chance.choice(("", "b", "a/b", "é:")) if char == "*" else char for char in text).replace("?", "x")
    return chance.choice((text, text, text, text[:-1], f"{text}z", text.swapcase()))


FREE = frozenset(
    {
        "aws:requesttag/x", "acme:word", "aws:resourcetag/cost center:π", "aws:principaltag/größe", "s3:prefix",
        "kms:encryptioncontext:app", "sts:externalid", "aws:tagkeys", "aws:calledvia", "sts:transitivetagkeys",
        f"{GOOGLE}:aud", "saml:aud", "iam:policyarn", "aws:sourcearn",
    }
)  # fmt: skip
"""Keys whose values may be any text."""


def a_value(chance: random.Random, key: str, statements: Sequence[Statement]) -> ContextValue:
    named = [
        value for each in statements for one in each.conditions if one.key == key and one.operator != "Null"
        for value in one.values
    ]  # fmt: skip
    if key not in FREE or not named or chance.random() < 0.5:
        return chance.choice(TABLE[key][2])
    if not key_facts(key).is_multivalued:
        return near(chance, chance.choice(named))
    return tuple(dict.fromkeys(near(chance, chance.choice(named)) for _ in range(chance.randint(1, 3))))


def a_context(
    chance: random.Random,
    caller: Principal,
    action: str,
    keys: tuple[str, ...],
    statements: Sequence[Statement],
) -> dict[str, ContextValue] | None:
    context: dict[str, ContextValue] = {}
    derived = derived_keys(caller, action)
    for key in keys:
        there = presence(key, caller, action)
        values = TABLE[key][2]
        if key in derived or there == "never" or not values:
            continue
        if there == "always" or chance.random() < 0.7:
            context[key] = a_value(chance, key, statements)
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
