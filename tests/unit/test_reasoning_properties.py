"""Laws of the answers, over random policies and random requests; the evaluator of single requests is the judge."""

import itertools
import os
import random
from collections.abc import Sequence

from lictor_plugins.reasoning.evaluation import decide
from lictor_plugins.reasoning.model import Condition, Effect, Policy, PolicyKind, Principal, Request, Statement, Trusted
from lictor_plugins.reasoning.principals import identify
from lictor_plugins.reasoning.proofs import DIFFER
from lictor_plugins.reasoning.questions import (
    allows,
    is_redundant,
    is_satisfiable,
    new_access,
    outside_access,
)

Row = tuple[str, str, tuple[str, ...]]

PAIRS = int(os.environ.get("LICTOR_REASONING_PAIRS", "10000"))
OWN, FRIEND, STRANGER, ODD = "111122223333", "444455556666", "999988887777", "111144445555"
ORG, OTHER_ORG = "o-aaaaaaaaaa", "o-bbbbbbbbbb"
ROLES = ("Admin", "app", "app-2")

PRINCIPALS = (
    Principal("AWS", "*"),
    Principal("AWS", f"arn:aws:iam::{OWN}:root"),
    Principal("AWS", FRIEND),
    Principal("AWS", f"arn:aws:iam::{FRIEND}:role/Admin"),
    Principal("AWS", f"arn:aws:iam::{OWN}:user/Eve"),
    Principal("AWS", f"arn:aws:sts::{OWN}:assumed-role/app/session"),
    Principal("Service", "ec2.amazonaws.com"),
    Principal("Federated", f"arn:aws:iam::{OWN}:saml-provider/Corp"),
    Principal("Federated", "accounts.google.com"),
)
TEXT_OPERATORS = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase")
TEXTS = ("a", "ab", "A", "b", "*", "a*", "*b", "?")
CONDITIONS = (
    *(("sts:externalid", operator, TEXTS) for operator in TEXT_OPERATORS),
    ("aws:principalorgid", "StringEquals", (ORG, OTHER_ORG)),
    ("aws:principalorgid", "StringNotEquals", (ORG, OTHER_ORG)),
    ("aws:principalorgid", "StringLike", ("o-*", ORG, "*", "o-a*")),
    ("aws:principalaccount", "StringEquals", (OWN, FRIEND)),
    ("aws:principalaccount", "StringLike", ("1111*", FRIEND, "*3333")),
    (
        "aws:principalarn",
        "ArnLike",
        (f"arn:aws:iam::{OWN}:role/*", "arn:aws:iam::*:role/Admin", "arn:aws:iam::1111*:*"),
    ),
    ("aws:principalarn", "StringNotLike", ("arn:aws:iam::*:role/app*", "*:user/*", "arn:*")),
    ("aws:principaltype", "StringEquals", ("User", "AssumedRole", "Account")),
    ("aws:principalisawsservice", "Bool", ("true", "false")),
    ("aws:multifactorauthpresent", "Bool", ("true", "false")),
    ("aws:sourceip", "IpAddress", ("10.0.0.0/8", "10.1.0.0/16", "203.0.113.0/24")),
    ("aws:sourceip", "NotIpAddress", ("10.0.0.0/8", "0.0.0.0/0")),
    ("sts:durationseconds", "NumericLessThan", ("900", "3600")),
    ("sts:durationseconds", "NumericGreaterThanEquals", ("900", "3600")),
    ("aws:currenttime", "DateLessThan", ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")),
    ("aws:tagkeys", "StringEquals", ("a", "b")),
    ("aws:tagkeys", "StringLike", ("a*", "b")),
    ("accounts.google.com:aud", "StringEquals", ("a", "b")),
    ("aws:sourceaccount", "StringEquals", (OWN, FRIEND)),
)
TRUST_ACTIONS = (
    "sts:AssumeRole",
    "sts:AssumeRole",
    "sts:AssumeRole*",
    "sts:*",
    "STS:TagSession",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
)
IDENTITY_ACTIONS = ("s3:Get*", "s3:GetObject", "S3:*", "*", "ec2:Run?", "s3:*Object", "ec2:RunX")
RESOURCES = (
    "*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/a", "arn:aws:s3:::*", "arn:aws:s3:::b/${aws:username}/*",
    "arn:aws:s3:::?/a*", "arn:aws:s3:*:*:b/*",
)  # fmt: skip
IDENTITY_CONDITIONS = (
    ("aws:requesttag/x", "StringEquals", ("a", "b")),
    ("aws:requesttag/x", "StringLike", ("a*", "${aws:username}")),
    ("aws:username", "StringEquals", ("a", "Eve")),
    ("aws:tagkeys", "StringEquals", ("a", "b")),
    ("aws:principaltag/t", "StringEquals", ("a", "${aws:requesttag/x}")),
    ("aws:multifactorauthpresent", "Bool", ("true", "false")),
)


def a_condition(chance: random.Random, table: Sequence[Row]) -> Condition:
    key, operator, values = chance.choice(table)
    chosen = tuple(chance.sample(values, min(len(values), chance.choice((1, 1, 2)))))
    if chance.random() < 0.1:
        return Condition("Null", key, (chance.choice(("true", "false")),))
    is_set = key == "aws:tagkeys" or chance.random() < 0.05
    set_operator = chance.choice(("ForAnyValue", "ForAllValues")) if is_set else None
    return Condition(operator, key, chosen, set_operator, chance.random() < 0.2)


def a_trust_statement(chance: random.Random, index: int, effect: Effect | None = None) -> Statement:
    return Statement(
        index,
        effect or chance.choice(("Allow", "Allow", "Deny")),
        actions=tuple(chance.sample(TRUST_ACTIONS, chance.choice((1, 1, 2)))),
        principals=tuple(chance.sample(PRINCIPALS, chance.choice((1, 1, 2)))),
        conditions=tuple(a_condition(chance, CONDITIONS) for _ in range(chance.choice((0, 1, 1, 2, 3)))),
    )


def an_identity_statement(chance: random.Random, index: int, effect: Effect | None = None) -> Statement:
    actions = tuple(chance.sample(IDENTITY_ACTIONS, chance.choice((1, 2))))
    resources = tuple(chance.sample(RESOURCES, chance.choice((1, 2))))
    is_turned, is_other = chance.random() < 0.15, chance.random() < 0.15
    return Statement(
        index,
        effect or chance.choice(("Allow", "Allow", "Deny")),
        actions=None if is_turned else actions,
        not_actions=actions if is_turned else None,
        resources=None if is_other else resources,
        not_resources=resources if is_other else None,
        conditions=tuple(a_condition(chance, IDENTITY_CONDITIONS) for _ in range(chance.choice((0, 0, 1, 1, 2)))),
    )


def a_policy(chance: random.Random, kind: PolicyKind) -> Policy:
    make = a_trust_statement if kind == "trust" else an_identity_statement
    return Policy(kind, tuple(make(chance, index) for index in range(chance.randint(1, 3))), OWN)


def changed(chance: random.Random, policy: Policy) -> Policy:
    make = a_trust_statement if policy.kind == "trust" else an_identity_statement
    statements = list(policy.statements)
    place = chance.randrange(len(statements))
    how = chance.randrange(4)
    if how == 0:
        statements[place] = make(chance, place)
    elif how == 1:
        statements.append(make(chance, len(statements)))
    elif how == 2:
        statements[place] = statements[place]._replace(conditions=statements[place].conditions[1:])
    else:
        return a_policy(chance, policy.kind)
    return policy._replace(statements=tuple(statements))


def a_caller(chance: random.Random) -> Principal:
    account = chance.choice((OWN, FRIEND, STRANGER, ODD))
    return chance.choice(
        (
            *(Principal("AWS", f"arn:aws:iam::{account}:role/{name}") for name in ROLES),
            Principal("AWS", f"arn:aws:iam::{account}:user/Eve"),
            Principal("AWS", f"arn:aws:iam::{account}:user/a"),
            Principal("AWS", f"arn:aws:iam::{account}:root"),
            Principal("AWS", f"arn:aws:sts::{account}:assumed-role/app/session"),
        )
    )


FREE_VALUES = {
    "sts:externalid": ("a", "ab", "A", "b", "zz"),
    "aws:principalorgid": (ORG, OTHER_ORG, "o-cccccccccc"),
    "aws:multifactorauthpresent": ("true", "false"),
    "aws:sourceip": ("10.0.0.1", "10.1.0.1", "203.0.113.1", "198.51.100.1", "2001:db8::1"),
    "sts:durationseconds": ("100", "900", "1000", "3600", "4000"),
    "aws:tagkeys": (("a",), ("b",), ("a", "b"), ("ab", "c"), ("c",)),
    "accounts.google.com:aud": ("a", "b", "c"),
    "aws:requesttag/x": ("a", "ab", "b", "Eve"),
    "aws:principaltag/t": ("a", "b", "Eve"),
}
ABSENT_FOR_PEOPLE = ("accounts.google.com:aud",)


def a_request(chance: random.Random, kind: PolicyKind) -> Request:
    caller = a_caller(chance)
    context = {
        "aws:currenttime": chance.choice(("2025-06-01T00:00:00Z", "2026-06-01T00:00:00Z", "2028-01-01T00:00:00Z"))
    }
    for key, values in FREE_VALUES.items():
        if key not in ABSENT_FOR_PEOPLE and chance.random() < 0.5:
            context[key] = chance.choice(values)
    if kind == "trust":
        action = chance.choice(("sts:AssumeRole", "sts:AssumeRole", "sts:TagSession"))
        if action != "sts:AssumeRole":
            context.pop("sts:externalid", None)
        elif identify(caller).kind == "root":
            # Root credentials may not call it.
            caller = Principal("AWS", f"arn:aws:iam::{identify(caller).account}:role/Admin")
        return Request(caller, action, "", context)
    action = chance.choice(("s3:GetObject", "s3:GetX", "ec2:RunX", "s3:PutObject", "iam:X"))
    resource = chance.choice(("arn:aws:s3:::b/a", "arn:aws:s3:::b/Eve/x", "arn:aws:s3:::c/ab", "arn:aws:iam::1:x", "*"))
    return Request(caller, action, resource, context)


def outcome(policy: Policy, request: Request) -> str:
    return decide([policy], request).outcome


def is_new(old: Policy, new: Policy, request: Request) -> bool:
    return outcome(new, request) == "allow" and outcome(old, request) in ("explicit_deny", "implicit_deny")


def is_outside(request: Request) -> bool:
    trusted_org = request.context.get("aws:principalorgid") == ORG
    return identify(request.principal).account not in ("", OWN) and not trusted_org


def test_what_a_change_newly_allows_is_shown_or_refuted_by_no_request() -> None:
    chance = random.Random(20261124)  # noqa: S311 - no secrets
    verdicts = dict.fromkeys(("yes", "no", "unknown"), 0)
    for number in range(PAIRS):
        kind = "trust" if number % 2 else "identity"
        old = a_policy(chance, kind)
        new = changed(chance, old)
        answer = new_access(old, new)
        verdicts[answer.verdict] += 1
        assert answer.because != DIFFER, (old, new)
        if answer.verdict == "yes":
            assert is_new(old, new, answer.witness), (old, new, answer)
        if answer.verdict == "no":
            for _ in range(12):
                request = a_request(chance, kind)
                assert not is_new(old, new, request), (old, new, request)
    assert min(verdicts["yes"], verdicts["no"]) > PAIRS / 10


def test_outside_access_is_shown_or_refuted_by_no_request() -> None:
    chance = random.Random(7)  # noqa: S311 - no secrets
    trusted = Trusted(frozenset({OWN}), frozenset(), frozenset({ORG}))
    for _ in range(PAIRS // 5):
        policy = a_policy(chance, "trust")
        answer = outside_access(policy, trusted)
        assert answer.because != DIFFER, policy
        if answer.verdict == "yes":
            assert outcome(policy, answer.witness) == "allow"
            assert identify(answer.witness.principal).account != OWN or answer.witness.principal.type == "Federated"
            assert answer.statements
        if answer.verdict == "no":
            for _ in range(20):
                request = a_request(chance, "trust")
                if request.action == "sts:AssumeRole" and is_outside(request):
                    assert outcome(policy, request) != "allow", (policy, request)


def test_nothing_is_new_where_nothing_changed_or_statements_moved() -> None:
    chance = random.Random(3)  # noqa: S311 - no secrets
    for number in range(PAIRS // 20):
        policy = a_policy(chance, "trust" if number % 2 else "identity")
        moved = policy._replace(statements=policy.statements[::-1])
        assert new_access(policy, policy).verdict == "no"
        assert new_access(policy, moved).verdict == "no"


def test_a_further_deny_never_widens() -> None:
    chance = random.Random(4)  # noqa: S311 - no secrets
    for number in range(PAIRS // 20):
        kind = "trust" if number % 2 else "identity"
        policy = a_policy(chance, kind)
        make = a_trust_statement if kind == "trust" else an_identity_statement
        deny = make(chance, len(policy.statements), "Deny")
        assert new_access(policy, policy._replace(statements=(*policy.statements, deny))).verdict == "no"


def test_dead_statements_match_no_request() -> None:
    chance = random.Random(5)  # noqa: S311 - no secrets
    for number in range(PAIRS // 20):
        kind = "trust" if number % 2 else "identity"
        policy = a_policy(chance, kind)
        answer = is_satisfiable(policy, 0)
        assert answer.because != DIFFER, policy
        alone = policy._replace(statements=policy.statements[:1])
        applying = "allow" if alone.statements[0].effect == "Allow" else "explicit_deny"
        if answer.verdict == "yes":
            assert outcome(alone, answer.witness) == applying
        if answer.verdict == "no":
            assert all(outcome(alone, a_request(chance, kind)) != applying for _ in range(30)), policy


def test_without_a_needless_statement_every_request_is_decided_the_same() -> None:
    chance = random.Random(6)  # noqa: S311 - no secrets
    for number in range(PAIRS // 20):
        kind = "trust" if number % 2 else "identity"
        policy = a_policy(chance, kind)
        answer = is_redundant(policy, 0)
        assert answer.because != DIFFER, policy
        without = policy._replace(statements=policy.statements[1:])
        if answer.verdict == "no":
            assert outcome(policy, answer.witness) != outcome(without, answer.witness)
        if answer.verdict == "yes":
            for _ in range(30):
                request = a_request(chance, kind)
                assert (outcome(policy, request) == "allow") == (outcome(without, request) == "allow"), (
                    policy,
                    request,
                )


def test_some_request_of_a_shape_is_allowed_exactly_when_one_of_all_small_requests_is() -> None:
    """Everything at once: two callers, two actions, three values of two keys, all tried."""
    chance = random.Random(8)  # noqa: S311 - no secrets
    keys = {"sts:externalid": (None, "a", "ab", "A", "b", "zz"), "aws:multifactorauthpresent": (None, "true", "false")}
    table = [row for row in CONDITIONS if row[0] in keys]
    callers = [Principal("AWS", f"arn:aws:iam::{account}:role/Admin") for account in (OWN, FRIEND)]
    for _ in range(PAIRS // 20):
        statements = []
        for index in range(chance.randint(1, 3)):
            statement = a_trust_statement(chance, index)
            conditions = tuple(a_condition(chance, table) for _ in range(chance.randint(0, 2)))
            statements.append(statement._replace(conditions=conditions))
        policy = Policy("trust", tuple(statements), OWN)
        for caller in callers:
            answer = allows(policy, principal=caller, action="sts:AssumeRole")
            contexts = (
                {key: value for key, value in zip(keys, values, strict=True) if value is not None}
                for values in itertools.product(*keys.values())
            )
            is_allowed = any(
                outcome(policy, Request(caller, "sts:AssumeRole", "", context)) == "allow" for context in contexts
            )
            if is_allowed:
                assert answer.verdict == "yes", policy
            elif answer.verdict == "yes":
                assert outcome(policy, answer.witness) == "allow"
