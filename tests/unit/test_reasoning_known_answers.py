"""Known answers, worked out by hand from the IAM user guide: patterns, conditions, roles, outsiders, changes.

Each row is its own reason: the question in words, what is asked, and the answer.
"""

# ruff: noqa: E501 - a row of a table is a line

from typing import Any

import pytest
from written_policies import OWN, Json, conditions, written

from lictor_plugins.reasoning.assuming import Policies, decide_request
from lictor_plugins.reasoning.evaluation import decide
from lictor_plugins.reasoning.globs import matches, matches_action, matches_arn
from lictor_plugins.reasoning.model import Policy, PolicyKind, Principal, Request, Trusted
from lictor_plugins.reasoning.operators import holds
from lictor_plugins.reasoning.principals import ANONYMOUS
from lictor_plugins.reasoning.questions import is_redundant, is_satisfiable, new_access, outside_access

OTHER, THIRD, ORG = "444455556666", "777788889999", "o-aaaaaaaaaa"
TRUSTED = Trusted(frozenset({OWN}), frozenset({THIRD}), frozenset({ORG}))
ASSUME, SAML, WEB = "sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"
GITHUB = "token.actions.githubusercontent.com"
ROLE = f"arn:aws:iam::{OWN}:role/Target"


def policy(kind: PolicyKind, *statements: Json) -> Policy:
    return written(kind, *statements, arn=ROLE if kind == "trust" else "")


PATTERNS = [
    ("a star is any text", matches, "a*c", "abbc", True),
    ("a star is no text, too", matches, "a*c", "ac", True),
    ("a star takes slashes and colons", matches, "repo:org/*", "repo:org/app:ref:refs/heads/main", True),
    ("a question mark is one character", matches, "a?c", "abc", True),
    ("a question mark is not none", matches, "a?c", "ac", False),
    ("a question mark is not two", matches, "a?c", "abbc", False),
    ("a pattern is the whole text", matches, "ab", "abc", False),
    ("case counts", matches, "Admin*", "admin1", False),
    ("an escaped star is a star", matches, "a${*}", "a*", True),
    ("an escaped star is no wildcard", matches, "a${*}", "ab", False),
    ("an escaped question mark", matches, "a${?}", "a?", True),
    ("an escaped dollar", matches, "${$}{a}", "${a}", True),
    ("nothing matches nothing", matches, "", "", True),
    ("a star alone matches nothing, too", matches, "*", "", True),
    ("two stars", matches, "*a*", "bab", True),
    ("brackets are plain text", matches, "[ab]", "a", False),
    ("actions in any case", matches_action, "S3:getobject", "s3:GetObject", True),
    ("a star in an action", matches_action, "s3:Get*", "s3:GetObjectAcl", True),
    ("a star in the middle of an action", matches_action, "s3:*Object", "s3:PutObject", True),
    ("a star for a service", matches_action, "*:GetObject", "s3:GetObject", True),
    ("everything", matches_action, "*", "iam:PassRole", True),
    ("an ARN's account may be a star", matches_arn, "arn:aws:iam::*:role/A", f"arn:aws:iam::{OWN}:role/A", True),
    ("a star stays in its part", matches_arn, "arn:aws:*:role/A", f"arn:aws:iam::{OWN}:role/A", False),
    ("the last part takes colons", matches_arn, "arn:aws:sns:*:*:a*", f"arn:aws:sns:us-east-1:{OWN}:a:b", True),
    ("a star takes slashes", matches_arn, "arn:aws:iam::*:role/*", f"arn:aws:iam::{OWN}:role/team/A", True),
    ("partitions differ", matches_arn, "arn:aws:iam::*:role/*", f"arn:aws-cn:iam::{OWN}:role/A", False),
    ("a partition's star", matches_arn, "arn:aws*:iam::*:role/*", f"arn:aws-cn:iam::{OWN}:role/A", True),
    ("five parts are no ARN", matches_arn, "arn:aws:s3::b", "arn:aws:s3:::b", False),
]


@pytest.mark.parametrize(("match", "pattern", "text", "expected"), [row[1:] for row in PATTERNS], ids=lambda _: "")
def test_patterns(match: Any, pattern: str, text: str, expected: bool) -> None:
    assert match(pattern, text) is expected


ABSENT: Json = {}
CONDITIONS = [
    ("equal", "StringEquals", "k", "a", {"k": "a"}, True),
    ("case counts", "StringEquals", "k", "a", {"k": "A"}, False),
    ("one of several values", "StringEquals", "k", ["a", "b"], {"k": "b"}, True),
    ("a star is no wildcard for StringEquals", "StringEquals", "k", "a*", {"k": "ab"}, False),
    ("a star is itself for StringEquals", "StringEquals", "k", "a*", {"k": "a*"}, True),
    ("an absent key equals nothing", "StringEquals", "k", "a", ABSENT, False),
    ("absent, if it exists", "StringEqualsIfExists", "k", "a", ABSENT, True),
    ("there and other, if it exists", "StringEqualsIfExists", "k", "a", {"k": "b"}, False),
    ("none of several values", "StringNotEquals", "k", ["a", "b"], {"k": "c"}, True),
    ("a negated operator with several values is NOR", "StringNotEquals", "k", ["a", "b"], {"k": "a"}, False),
    ("an absent key is not equal", "StringNotEquals", "k", "a", ABSENT, True),
    ("in any case", "StringEqualsIgnoreCase", "k", "aB", {"k": "Ab"}, True),
    ("not in any case", "StringNotEqualsIgnoreCase", "k", "aB", {"k": "Ab"}, False),
    ("like", "StringLike", "k", "a*", {"k": "ab/c:d"}, True),
    ("like takes case", "StringLike", "k", "a*", {"k": "Ab"}, False),
    ("not like", "StringNotLike", "k", "a*", {"k": "b"}, True),
    ("an absent key is not like", "StringNotLike", "k", "*", ABSENT, True),
    ("an absent key is like nothing", "StringLike", "k", "*", ABSENT, False),
    ("a variable", "StringEquals", "k", "${aws:username}", {"k": "Eve", "aws:username": "Eve"}, True),
    ("a variable without value", "StringEquals", "k", "${aws:username}", {"k": "Eve"}, False),
    ("a variable's default", "StringEquals", "k", "${aws:username, 'x'}", {"k": "x"}, True),
    (
        "what a variable brings in is plain",
        "StringLike",
        "k",
        "${aws:username}",
        {"k": "ab", "aws:username": "a*"},
        False,
    ),
    ("numbers", "NumericEquals", "k", "10", {"k": "10.0"}, True),
    ("less", "NumericLessThan", "k", "10", {"k": "9.99"}, True),
    ("less is not equal", "NumericLessThan", "k", "10", {"k": "10"}, False),
    ("at most", "NumericLessThanEquals", "k", "10", {"k": "10"}, True),
    ("greater", "NumericGreaterThan", "k", "-1", {"k": "0"}, True),
    ("greater than one of several", "NumericGreaterThan", "k", ["5", "50"], {"k": "10"}, True),
    ("an absent number", "NumericLessThan", "k", "10", ABSENT, False),
    ("not that number", "NumericNotEquals", "k", "10", ABSENT, True),
    ("dates of two zones", "DateEquals", "k", "2026-01-01T01:00:00+01:00", {"k": "2026-01-01T00:00:00Z"}, True),
    ("a date and seconds", "DateEquals", "k", "1767225600", {"k": "2026-01-01T00:00:00Z"}, True),
    ("a date before", "DateLessThan", "k", "2026-01-01", {"k": "2025-12-31T23:59:59.999Z"}, True),
    ("an address in a range", "IpAddress", "k", "10.0.0.0/8", {"k": "10.255.255.255"}, True),
    ("an address beyond a range", "IpAddress", "k", "10.0.0.0/8", {"k": "11.0.0.0"}, False),
    ("one address", "IpAddress", "k", "10.1.2.3", {"k": "10.1.2.3"}, True),
    ("every address", "IpAddress", "k", "0.0.0.0/0", {"k": "203.0.113.7"}, True),
    ("version 6 is not in version 4", "IpAddress", "k", "0.0.0.0/0", {"k": "2001:db8::1"}, False),
    ("version 6", "IpAddress", "k", "2001:DB8:1234:5678::/64", {"k": "2001:db8:1234:5678::1"}, True),
    ("not that address", "NotIpAddress", "k", ["10.0.0.0/8", "192.0.2.0/24"], {"k": "192.0.2.1"}, False),
    ("an absent address is not in", "NotIpAddress", "k", "10.0.0.0/8", ABSENT, True),
    ("true", "Bool", "k", "true", {"k": "true"}, True),
    ("false", "Bool", "k", "false", {"k": "true"}, False),
    ("an absent truth is not false", "Bool", "k", "false", ABSENT, False),
    ("an absent truth, if it exists", "BoolIfExists", "k", "true", ABSENT, True),
    ("absence", "Null", "k", "true", ABSENT, True),
    ("no absence", "Null", "k", "true", {"k": "a"}, False),
    ("presence", "Null", "k", "false", {"k": "a"}, True),
    ("ArnEquals is ArnLike", "ArnEquals", "k", "arn:aws:s3:::b*", {"k": "arn:aws:s3:::bucket"}, True),
    ("ArnLike by parts", "ArnLike", "k", "arn:aws:*:::b", {"k": "arn:aws:s3:x::b"}, False),
    ("ArnNotLike of an absent key", "ArnNotLike", "k", "arn:aws:s3:::b", ABSENT, True),
    ("all of none", "ForAllValues:StringEquals", "k", "a", ABSENT, True),
    ("all", "ForAllValues:StringEquals", "k", ["a", "b"], {"k": ("a", "b")}, True),
    ("not all", "ForAllValues:StringEquals", "k", ["a"], {"k": ("a", "c")}, False),
    ("any of none", "ForAnyValue:StringEquals", "k", "a", ABSENT, False),
    ("any", "ForAnyValue:StringEquals", "k", "a", {"k": ("c", "a")}, True),
    ("none of any", "ForAnyValue:StringEquals", "k", "a", {"k": ("c", "d")}, False),
    ("any that is not", "ForAnyValue:StringNotEquals", "k", "a", {"k": ("a", "c")}, True),
    ("all that are not", "ForAllValues:StringNotEquals", "k", "a", {"k": ("a", "c")}, False),
    ("any like", "ForAnyValue:StringLike", "k", "o-1/*", {"k": ("o-1/r-1/",)}, True),
    ("bytes", "BinaryEquals", "k", "QmFzZTY0", {"k": "QmFzZTY0"}, True),
]


@pytest.mark.parametrize(("operator", "key", "values", "context", "expected"), [row[1:] for row in CONDITIONS])
def test_conditions(operator: str, key: str, values: Any, context: Json, expected: bool) -> None:
    (condition,) = conditions({operator: {key: values}})
    assert holds(condition, context, has_variables=True) is expected


USER, SESSION = f"arn:aws:iam::{OWN}:user/Eve", f"arn:aws:sts::{OWN}:assumed-role/App/s"
ABROAD, ROOT = f"arn:aws:iam::{OTHER}:role/App", f"arn:aws:iam::{OWN}:root"
CAN = {"Action": ASSUME, "Resource": ROLE}
S3 = {"Action": "s3:*", "Resource": "*"}
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def trusts(principal: Any, condition: Json | None = None, action: str = ASSUME, effect: str = "Allow") -> Json:
    return {"Effect": effect, "Principal": principal, "Action": action, "Condition": condition or {}}


ASSUMING = [
    ("a user by name, in the account", USER, [trusts({"AWS": USER})], {}, {}, "allow"),
    ("the account, without a policy of the user", USER, [trusts({"AWS": ROOT})], {}, {}, "implicit_deny"),
    ("the account and a policy of the user", USER, [trusts({"AWS": ROOT})], {"identity": CAN}, {}, "allow"),
    ("a bare account id", USER, [trusts({"AWS": OWN})], {"identity": CAN}, {}, "allow"),
    ("a policy for another role", USER, [trusts({"AWS": ROOT})], {"identity": {**CAN, "Resource": f"{ROLE}2"}}, {}, "implicit_deny"),
    ("everybody, in the account", USER, [trusts({"AWS": "*"})], {}, {}, "allow"),
    ("everybody, from abroad", ABROAD, [trusts({"AWS": "*"})], {}, {}, "implicit_deny"),
    ("everybody, from abroad and allowed there", ABROAD, [trusts({"AWS": "*"})], {"identity": CAN}, {}, "allow"),
    ("by name from abroad", ABROAD, [trusts({"AWS": ABROAD})], {}, {}, "implicit_deny"),
    ("by name from abroad and allowed there", ABROAD, [trusts({"AWS": ABROAD})], {"identity": CAN}, {}, "allow"),
    ("somebody else", ABROAD, [trusts({"AWS": USER})], {"identity": CAN}, {}, "implicit_deny"),
    ("a role means its sessions", SESSION, [trusts({"AWS": f"arn:aws:iam::{OWN}:role/App"})], {}, {}, "allow"),
    ("a role's boundary limits", SESSION, [trusts({"AWS": f"arn:aws:iam::{OWN}:role/App"})], {"boundary": S3}, {}, "implicit_deny"),
    ("a user's boundary does not", USER, [trusts({"AWS": USER})], {"boundary": S3}, {}, "allow"),
    ("a session's boundary does not", SESSION, [trusts({"AWS": SESSION})], {"boundary": S3}, {}, "allow"),
    ("another session", SESSION, [trusts({"AWS": f"{SESSION}2"})], {}, {}, "implicit_deny"),
    ("a denying boundary", USER, [trusts({"AWS": USER})], {"boundary": {**CAN, "Effect": "Deny"}}, {}, "explicit_deny"),
    ("a service control policy denies", USER, [trusts({"AWS": USER})], {"scp": {**CAN, "Effect": "Deny"}}, {}, "explicit_deny"),
    ("a service control policy without it", USER, [trusts({"AWS": USER})], {"scp": S3}, {}, "implicit_deny"),
    ("a deny in the trust policy", USER, [trusts({"AWS": USER}), trusts("*", effect="Deny")], {}, {}, "explicit_deny"),
    ("without a second factor", USER, [trusts({"AWS": USER}, MFA)], {}, {}, "implicit_deny"),
    ("with a second factor", USER, [trusts({"AWS": USER}, MFA)], {}, {"aws:multifactorauthpresent": "true"}, "allow"),
    ("the wrong external id", ABROAD, [trusts({"AWS": OTHER}, {"StringEquals": {"sts:ExternalId": "x"}})], {"identity": CAN}, {"sts:externalid": "X"}, "implicit_deny"),
    ("root can't", ROOT, [trusts({"AWS": ROOT})], {"identity": CAN}, {}, "implicit_deny"),
]  # fmt: skip


@pytest.mark.parametrize(("caller", "trust", "sides", "context", "expected"), [row[1:] for row in ASSUMING])
def test_roles(caller: str, trust: list[Json], sides: Json, context: Json, expected: str) -> None:
    def of(kind: PolicyKind) -> tuple[Policy, ...]:
        return (policy(kind, sides[kind]),) if kind in sides else ()

    policies = Policies(policy("trust", *trust), of("identity"), of("boundary"), of("scp"))
    request = Request(Principal("AWS", caller), ASSUME, ROLE, context)
    assert decide_request(policies, request).outcome == expected


ANYONE, PROVIDER = {"AWS": "*"}, {"Federated": f"arn:aws:iam::{OWN}:oidc-provider/{GITHUB}"}
SUB = f"{GITHUB}:sub"
IN_ORG = {"StringEquals": {"aws:PrincipalOrgID": ORG}}


def bucket(condition: Json | None = None, principal: Any = "*", effect: str = "Allow") -> Json:
    return {**trusts(principal, condition, "s3:GetObject", effect), "Resource": "arn:aws:s3:::b/*"}


def token(condition: Json) -> Json:
    return trusts(PROVIDER, condition, WEB)


OUTSIDE: list[tuple[str, PolicyKind, list[Json], str]] = [
    ("everybody", "trust", [trusts(ANYONE)], "yes"),
    ("the own account", "trust", [trusts({"AWS": ROOT})], "no"),
    ("a trusted account", "trust", [trusts({"AWS": THIRD})], "no"),
    ("another account", "trust", [trusts({"AWS": OTHER})], "yes"),
    ("another account, denied", "trust", [trusts({"AWS": OTHER}), trusts(ANYONE, effect="Deny")], "no"),
    ("another account, denied without a key", "trust", [trusts({"AWS": OTHER}), trusts(ANYONE, {"Null": {"sts:ExternalId": "true"}}, effect="Deny")], "yes"),
    ("the organization", "trust", [trusts(ANYONE, IN_ORG)], "no"),
    ("the organization, if it exists", "trust", [trusts(ANYONE, {"StringEqualsIfExists": {"aws:PrincipalOrgID": ORG}})], "yes"),
    ("for all of no organization", "trust", [trusts(ANYONE, {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": ORG}})], "yes"),
    ("one's own roles by pattern", "trust", [trusts(ANYONE, {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/*"}})], "no"),
    ("roles of a path of any account", "trust", [trusts(ANYONE, {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/team/*"}})], "yes"),
    ("roles of a path of another account", "trust", [trusts(ANYONE, {"StringLike": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/team/*"}})], "yes"),
    ("an account by prefix", "trust", [trusts(ANYONE, {"StringLike": {"aws:PrincipalAccount": "1111*"}})], "yes"),
    ("accounts but the own", "trust", [trusts(ANYONE, {"StringNotEquals": {"aws:PrincipalAccount": OWN}})], "yes"),
    ("other accounts denied", "trust", [trusts(ANYONE), trusts(ANYONE, {"StringNotEquals": {"aws:PrincipalAccount": OWN}}, effect="Deny")], "no"),
    ("the network alone", "trust", [trusts(ANYONE, {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})], "yes"),
    ("an impossible network", "trust", [trusts(ANYONE, {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "NotIpAddress": {"aws:SourceIp": "10.0.0.0/7"}})], "no"),
    ("a second factor alone", "trust", [trusts(ANYONE, MFA)], "yes"),
    ("a contradiction of times", "trust", [trusts(ANYONE, {"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}, "NumericGreaterThan": {"aws:EpochTime": "1767225600"}})], "no"),
    ("nobody is the root user", "trust", [trusts(ANYONE, {"StringEquals": {"aws:PrincipalType": "Account"}})], "no"),
    ("users alone", "trust", [trusts(ANYONE, {"StringEquals": {"aws:PrincipalType": "User"}})], "yes"),
    ("an account that a variable says", "trust", [trusts({"AWS": "arn:aws:iam::${var.account_id}:root"})], "unknown"),
    ("a role of an account that a variable says", "trust", [trusts({"AWS": "arn:aws:iam::${local.account_id}:role/Build"})], "unknown"),
    ("the account of the template", "trust", [trusts({"AWS": "arn:aws:iam::${AWS::AccountId}:role/Build"})], "no"),
    ("the account of the caller of Terraform", "trust", [trusts({"AWS": "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root"})], "no"),
    ("a provider that a variable says", "trust", [trusts({"Federated": "${var.provider_arn}"}, {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}, WEB)], "unknown"),
    ("a provider that a variable says, with one's repository", "trust", [trusts({"Federated": f"arn:aws:iam::${{var.account_id}}:oidc-provider/{GITHUB}"}, {"StringLike": {SUB: "repo:org/app:*"}}, WEB)], "unknown"),
    ("everybody with a token", "trust", [trusts("*", action=WEB)], "unknown"),
    ("a unique id's sessions", "trust", [trusts(ANYONE, {"StringLike": {"aws:userid": "AROAABCDEFGHIJKLMNOPQ:*"}})], "unknown"),
    ("any repository", "trust", [token({"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}})], "yes"),
    ("one's repository", "trust", [token({"StringLike": {SUB: "repo:org/app:*"}})], "no"),
    ("owners that begin alike", "trust", [token({"StringLike": {SUB: "repo:org*"}})], "yes"),
    ("a service", "trust", [trusts({"Service": "ec2.amazonaws.com"})], "no"),
    ("a public bucket", "resource", [bucket()], "yes"),
    ("a bucket for those without credentials", "resource", [bucket({"Null": {"aws:PrincipalArn": "true"}})], "yes"),
    ("a bucket for the unsigned alone, of the own account", "resource", [bucket({"StringEquals": {"aws:PrincipalType": "Anonymous"}})], "yes"),
    ("a bucket of the organization", "resource", [bucket(IN_ORG)], "no"),
    ("a bucket that denies other accounts", "resource", [bucket(), bucket({"StringNotEquals": {"aws:PrincipalAccount": OWN}}, effect="Deny")], "no"),
    ("a bucket that denies other members", "resource", [bucket(), bucket({"StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORG}}, effect="Deny")], "no"),
    ("a bucket that denies roles abroad", "resource", [bucket(), bucket({"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:*"}}, effect="Deny")], "no"),
    ("a bucket for federated users of the account", "resource", [bucket({"StringLike": {"aws:userid": f"{OWN}:*"}})], "no"),
    ("a bucket for a federated user abroad", "resource", [bucket({"StringLike": {"aws:userid": f"{OTHER}:bob"}})], "yes"),
    ("a bucket for the root user abroad", "resource", [bucket({"StringEquals": {"aws:userid": OTHER}})], "yes"),
    ("a bucket for a name of users", "resource", [bucket({"StringLike": {"aws:username": "ops-*"}})], "yes"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "statements", "expected"), [row[1:] for row in OUTSIDE])
def test_outsiders(kind: PolicyKind, statements: list[Json], expected: str) -> None:
    assert outside_access(policy(kind, *statements), TRUSTED).verdict == expected


def may(action: Any, resource: Any = "*", condition: Json | None = None, effect: str = "Allow") -> Json:
    return {"Effect": effect, "Action": action, "Resource": resource, "Condition": condition or {}}


def tagged(operator: str, value: Any) -> Json:
    return may("s3:*", "*", {operator: {"aws:RequestTag/x": value}})


CHANGES: list[tuple[str, list[Json], list[Json], str]] = [
    ("a listed action of a pattern", [may("s3:*")], [may("s3:GetObject")], "no"),
    ("a pattern of a listed action", [may("s3:GetObject")], [may("s3:Get*")], "yes"),
    ("the case of an action", [may("S3:GETOBJECT")], [may("s3:GetObject")], "no"),
    ("two patterns in place of one", [may("s3:*")], [may(["s3:G*", "s3:P*"])], "no"),
    ("a wider resource", [may("s3:*", "arn:aws:s3:::b/a*")], [may("s3:*", "arn:aws:s3:::b/*")], "yes"),
    ("a narrower resource", [may("s3:*", "arn:aws:s3:::b/*")], [may("s3:*", "arn:aws:s3:::b/a*")], "no"),
    ("a condition added", [may("s3:*")], [may("s3:*", "*", MFA)], "no"),
    ("a condition gone", [may("s3:*", "*", MFA)], [may("s3:*")], "yes"),
    ("if it exists added", [may("s3:*", "*", MFA)], [may("s3:*", "*", {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}})], "yes"),
    ("a deny added", [may("s3:*")], [may("s3:*"), may("s3:Put*", effect="Deny")], "no"),
    ("a deny gone", [may("s3:*"), may("s3:Put*", effect="Deny")], [may("s3:*")], "yes"),
    ("a deny narrowed", [may("s3:*"), may("s3:*", "arn:aws:s3:::b/*", effect="Deny")], [may("s3:*"), may("s3:*", "arn:aws:s3:::b/a", effect="Deny")], "yes"),
    ("a deny of what was never allowed, gone", [may("s3:*"), may("ec2:*", effect="Deny")], [may("s3:*")], "no"),
    ("another order", [may("s3:*"), may("ec2:*")], [may("ec2:*"), may("s3:*")], "no"),
    ("two statements in one", [may("s3:A"), may("s3:B")], [may(["s3:B", "s3:A"])], "no"),
    ("not an action", [may("*")], [{"NotAction": "iam:*", "Resource": "*"}], "no"),
    ("all but an action", [{"NotAction": "iam:*", "Resource": "*"}], [may("*")], "yes"),
    ("a wider range", [may("s3:*", "*", {"IpAddress": {"aws:SourceIp": "10.0.0.0/9"}})], [may("s3:*", "*", {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})], "yes"),
    ("a range as two halves", [may("s3:*", "*", {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})], [may("s3:*", "*", {"IpAddress": {"aws:SourceIp": ["10.0.0.0/9", "10.128.0.0/9"]}})], "no"),
    ("two halves as a range", [may("s3:*", "*", {"IpAddress": {"aws:SourceIp": ["10.0.0.0/9", "10.128.0.0/9"]}})], [may("s3:*", "*", {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})], "no"),
    ("the empty text, too", [tagged("StringLike", "?*")], [tagged("StringLike", "*")], "yes"),
    ("any case", [tagged("StringEquals", "a")], [tagged("StringEqualsIgnoreCase", "a")], "yes"),
    ("one case of any", [tagged("StringEqualsIgnoreCase", "a")], [tagged("StringEquals", "A")], "no"),
    ("equal in place of like", [tagged("StringLike", "a*")], [tagged("StringEquals", "a*")], "no"),
    ("not a value in place of another", [tagged("StringEquals", "a")], [tagged("StringNotEquals", "b")], "yes"),
    ("any value in place of all", [may("s3:*", "*", {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}})], [may("s3:*", "*", {"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}})], "yes"),
    ("a number written otherwise", [may("s3:*", "*", {"NumericLessThan": {"s3:max-keys": "10.0"}})], [may("s3:*", "*", {"NumericLessThan": {"s3:max-keys": "10"}})], "no"),
    ("at most in place of less", [may("s3:*", "*", {"NumericLessThan": {"s3:max-keys": "10"}})], [may("s3:*", "*", {"NumericLessThanEquals": {"s3:max-keys": "10"}})], "yes"),
    ("the same variable on both sides", [may("s3:*", "arn:aws:s3:::b/${aws:username}/*")], [may("s3:Get*", "arn:aws:s3:::b/${aws:username}/*")], "no"),
    ("a star in place of a variable", [may("s3:*", "arn:aws:s3:::b/${aws:username}/*")], [may("s3:*", "arn:aws:s3:::b/*")], "yes"),
    ("roles of a path", [], [may("s3:*", "*", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/team/*"}})], "yes"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), [row[1:] for row in CHANGES])
def test_changes(old: list[Json], new: list[Json], expected: str) -> None:
    assert new_access(policy("identity", *old), policy("identity", *new)).verdict == expected


DEAD: list[tuple[str, PolicyKind, list[Json], str]] = [
    ("a user's name of a role", "identity", [may("s3:*", "*", {"StringEquals": {"aws:username": "a", "aws:PrincipalType": "AssumedRole"}})], "no"),
    ("two values of one key", "identity", [may("s3:*", "*", {"StringEquals": {"k": "a"}, "StringLike": {"k": "b*"}})], "no"),
    ("a key both there and not", "identity", [may("s3:*", "*", {"Null": {"k": "true"}, "StringEquals": {"k": "a"}})], "no"),
    ("a key that is not there and not equal", "identity", [may("s3:*", "*", {"Null": {"k": "true"}, "StringNotEquals": {"k": "a"}})], "yes"),
    ("less than one and greater than two", "identity", [may("s3:*", "*", {"NumericLessThan": {"k": "1"}, "NumericGreaterThan": {"k": "2"}})], "no"),
    ("two sets that meet", "identity", [may("s3:*", "*", {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}, "ForAnyValue:StringEquals": {"aws:TagKeys": "b"}})], "yes"),
    ("an instance's key with a service", "trust", [trusts({"Service": "ec2.amazonaws.com"}, {"StringEquals": {"sts:ExternalId": "x"}})], "no"),
    ("another provider's claim", "trust", [token({"StringEquals": {"gitlab.com:sub": "x"}})], "no"),
    ("a service's source account", "trust", [trusts({"Service": "ec2.amazonaws.com"}, {"StringEquals": {"aws:SourceAccount": OWN}})], "yes"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "statements", "expected"), [row[1:] for row in DEAD])
def test_dead_statements(kind: PolicyKind, statements: list[Json], expected: str) -> None:
    assert is_satisfiable(policy(kind, *statements), 0).verdict == expected


NEEDLESS: list[tuple[str, list[Json], str]] = [
    ("an action that a pattern covers", [may("s3:GetObject"), may("s3:*")], "yes"),
    ("an action that nothing covers", [may("s3:GetObject"), may("ec2:*")], "no"),
    ("covered by two together", [may("s3:*", "*", MFA), may("s3:*", "*", {"Null": {"aws:MultiFactorAuthPresent": "false"}})], "yes"),
    ("allowed and always denied", [may("s3:GetObject"), may("s3:*", effect="Deny")], "yes"),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "expected"), [row[1:] for row in NEEDLESS])
def test_needless_statements(statements: list[Json], expected: str) -> None:
    assert is_redundant(policy("identity", *statements), 0).verdict == expected


UNSIGNED = [
    ("a public bucket", "resource", [bucket()], "allow"),
    ("a star under AWS", "resource", [bucket(principal=ANYONE)], "allow"),
    ("an account", "resource", [bucket(principal={"AWS": OTHER})], "implicit_deny"),
    ("no ARN of a principal", "resource", [bucket({"Null": {"aws:PrincipalArn": "true"}})], "allow"),
    ("no organization", "resource", [bucket(IN_ORG)], "implicit_deny"),
    ("the account is not the own one", "resource", [bucket(), bucket({"StringNotEquals": {"aws:PrincipalAccount": OWN}}, effect="Deny")], "explicit_deny"),
    ("its type has a name", "resource", [bucket({"StringEquals": {"aws:PrincipalType": "Anonymous", "aws:userid": "anonymous"}})], "allow"),
    ("no role without credentials", "trust", [trusts("*")], "implicit_deny"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "statements", "expected"), [row[1:] for row in UNSIGNED])
def test_callers_without_credentials(kind: PolicyKind, statements: list[Json], expected: str) -> None:
    action, resource = ("s3:GetObject", "arn:aws:s3:::b/k") if kind == "resource" else (ASSUME, ROLE)
    assert decide([policy(kind, *statements)], Request(ANONYMOUS, action, resource)).outcome == expected


def test_the_two_keys_with_the_time_are_one_moment() -> None:
    early = policy("identity", may("s3:*", "*", {"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}))
    for seconds, expected in (("1767225599", "allow"), ("1767225600", "implicit_deny")):
        request = Request(Principal("AWS", USER), "s3:GetObject", "arn:aws:s3:::b/k", {"aws:epochtime": seconds})
        assert decide([early], request).outcome == expected


def test_a_star_that_must_go_beyond_its_part_of_an_arn_is_to_blame() -> None:
    old, new = (policy("identity", may("logs:*", f"arn:aws:logs:*:*:{text}/aws/*")) for text in ("", "log-group:"))
    answer = new_access(old, new)
    assert (answer.verdict, answer.because) == (
        "unknown",
        "whether wildcards go beyond their part of an ARN is not documented",
    )


def test_a_policy_variable_that_decides_is_called_by_its_name() -> None:
    answer = outside_access(
        policy("resource", bucket({"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}))
    )
    assert (answer.verdict, answer.because) == ("unknown", "what '${aws:ResourceOrgID}' stands for decides")
