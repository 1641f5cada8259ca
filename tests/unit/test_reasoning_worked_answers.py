"""More known answers, each worked out by hand from the IAM user guide before it was asked of the reasoning.

Pages: "Condition operators", "Conditions with multiple context keys or values", "Policy elements: Resource, Principal,
NotPrincipal, Action, NotAction", "Variables and tags", "AWS global condition context keys"; read 2026-11.
"""

# ruff: noqa: E501 - a row of a table is a line

from typing import Any

import pytest
from written_policies import OWN, Json, conditions, written

from lictor_plugins.reasoning.globs import matches, matches_action, matches_arn
from lictor_plugins.reasoning.model import PolicyKind, Principal, Trusted
from lictor_plugins.reasoning.operators import holds
from lictor_plugins.reasoning.questions import allows, is_redundant, is_satisfiable, new_access, outside_access

OTHER, FRIEND, ORG = "444455556666", "777788889999", "o-aaaaaaaaaa"
TRUSTED = Trusted(frozenset({OWN}), frozenset({FRIEND}), frozenset({ORG}))
ASSUME, WEB = "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"
ANYONE = {"AWS": "*"}
ORG_ID, ACCOUNT, ARN, TAG = "aws:PrincipalOrgID", "aws:PrincipalAccount", "aws:PrincipalArn", "aws:RequestTag/x"
KEYS, PATHS, MFA = "aws:TagKeys", "aws:PrincipalOrgPaths", "aws:MultiFactorAuthPresent"

PATTERNS = [
    (matches, "*a", "a", True),
    (matches, "*a*a*", "a", False),
    (matches, "*a*a*", "aa", True),
    (matches, "**", "", True),
    (matches, "?*", "", False),
    (matches, "*?", "x", True),
    (matches, "a?", "a", False),
    (matches, "??", "é:", True),
    (matches, "ab*ab", "ab", False),
    (matches, "ab*ab", "abab", True),
    (matches, "*aab", "aaab", True),
    (matches, "a*b*c", "a-c-b", False),
    (matches, "a\\*", "a*", False),
    (matches, "(a|b)", "a", False),
    (matches, "a.c", "abc", False),
    (matches, "${*}${?}", "*?", True),
    (matches_action, "iam:pass?ole", "iam:PassRole", True),
    (matches_action, "iam:*Role", "iam:PassRolePolicy", False),
    (matches_action, "iam:Pass", "iam:PassRole", False),
    (matches_action, "*", "ec2:RunInstances", True),
    (matches_action, "ec2:", "ec2:RunInstances", False),
    (matches_arn, "arn:aws:s3:::b/*", "arn:aws:s3:::b/a:b:c", True),
    (matches_arn, "arn:aws:iam::*:user/*", "arn:aws:iam::1:role/user/x", False),
    (matches_arn, "arn:*:s3:::b", "arn:aws-us-gov:s3:::b", True),
    (matches_arn, "arn:aws:sqs:*:*:q", "arn:aws:sqs:eu-west-1:1:q:x", False),
    (matches_arn, "arn:aws:?3:::b", "arn:aws:s3:::b", True),
    (matches_arn, "ARN:aws:s3:::b", "arn:aws:s3:::b", False),
    (matches_arn, "arn:aws:s3:::b", "arn:aws:s3:::B", False),
    (matches_arn, "arn:aws:logs:*:log-group:*", "arn:aws:logs:eu-west-1:1:log-group:x", False),
]


@pytest.mark.parametrize(("match", "pattern", "text", "expected"), PATTERNS)
def test_patterns(match: Any, pattern: str, text: str, expected: bool) -> None:
    assert match(pattern, text) is expected


ABSENT: Json = {}
CONDITIONS = [
    ("StringEquals", "", {"k": ""}, True),
    ("StringEqualsIgnoreCase", "a*", {"k": "A*"}, True),
    ("StringEqualsIgnoreCase", "a*", {"k": "Ab"}, False),
    ("StringNotEqualsIfExists", "a", ABSENT, True),
    ("StringNotEqualsIfExists", "a", {"k": "a"}, False),
    ("StringNotEqualsIgnoreCase", "a", ABSENT, True),
    ("StringLikeIfExists", "a*", ABSENT, True),
    ("StringLikeIfExists", "a*", {"k": "b"}, False),
    ("StringNotLike", ["a*", "b*"], {"k": "c"}, True),
    ("StringNotLike", ["a*", "b*"], {"k": "bc"}, False),
    ("StringLike", ["a*", "b*"], {"k": "bc"}, True),
    ("StringLike", "a${*}", {"k": "ab"}, False),
    ("StringLike", "a${*}", {"k": "a*"}, True),
    ("StringLike", "${aws:username, '*'}", {"k": "anything"}, False),
    ("StringLike", "${aws:username, '*'}", {"k": "*"}, True),
    ("StringNotEquals", "${aws:username}", {"k": "a"}, True),
    ("NumericNotEquals", ["1", "2"], {"k": "3"}, True),
    ("NumericNotEquals", ["1", "2"], {"k": "2.0"}, False),
    ("NumericGreaterThanEquals", "10", {"k": "9.9999"}, False),
    ("NumericLessThan", ["1", "100"], {"k": "50"}, True),
    ("NumericLessThanIfExists", "1", ABSENT, True),
    ("NumericLessThanIfExists", "1", {"k": "1"}, False),
    ("DateNotEquals", "2026-01-01T00:00:00Z", {"k": "2026-01-01T00:00:00.001Z"}, True),
    ("DateGreaterThan", "2026-01-01T00:00:00Z", {"k": "2026-01-01T00:00:00Z"}, False),
    ("DateGreaterThanEquals", "2026-01-01T00:00:00Z", {"k": "1767225600"}, True),
    ("DateLessThanEquals", "2026-01-01", ABSENT, False),
    ("DateNotEquals", "2026-01-01", ABSENT, True),
    ("IpAddress", ["10.0.0.0/8", "192.0.2.0/24"], {"k": "192.0.2.255"}, True),
    ("IpAddress", "203.0.113.0/24", {"k": "203.0.114.0"}, False),
    ("NotIpAddress", "203.0.113.0/24", {"k": "203.0.114.0"}, True),
    ("IpAddressIfExists", "203.0.113.0/24", ABSENT, True),
    ("IpAddress", "::/0", {"k": "203.0.113.7"}, False),
    ("NotIpAddressIfExists", "10.0.0.0/8", {"k": "10.9.9.9"}, False),
    ("Bool", ["true", "false"], {"k": "false"}, True),
    ("Bool", "TRUE", {"k": "true"}, True),
    ("BoolIfExists", "false", {"k": "true"}, False),
    ("Null", "false", ABSENT, False),
    ("Null", ["true", "false"], ABSENT, True),
    ("ArnEquals", "arn:aws:iam::*:role/*", {"k": "arn:aws:iam::1:role/a/b"}, True),
    ("ArnLike", "arn:aws:*:role/a:b:c", {"k": "arn:aws:iam::1:role/a:b:c"}, False),
    ("StringLike", "arn:aws:*:role/a:b:c", {"k": "arn:aws:iam::1:role/a:b:c"}, True),
    ("ArnNotEquals", "arn:aws:iam::1:role/a", {"k": "arn:aws:iam::1:role/b"}, True),
    ("ArnLikeIfExists", "arn:aws:iam::1:role/a", ABSENT, True),
    ("ArnLike", "arn:aws:s3:::${aws:username}-*", {"k": "arn:aws:s3:::Eve-b", "aws:username": "Eve"}, True),
    ("BinaryEquals", "QQ==", {"k": "Qg=="}, False),
    ("BinaryEquals", "QQ==", ABSENT, False),
    ("ForAllValues:StringEqualsIfExists", "a", ABSENT, True),
    ("ForAllValues:StringLike", ["a*", "b"], {"k": ("ab", "b")}, True),
    ("ForAllValues:StringNotLike", "a*", {"k": ("b", "c")}, True),
    ("ForAllValues:StringNotLike", "a*", ABSENT, True),
    ("ForAnyValue:StringNotLike", "a*", ABSENT, False),
    ("ForAnyValue:StringNotEquals", ["a", "b"], {"k": ("a", "b")}, False),
    ("ForAnyValue:StringLike", "*", {"k": ("x",)}, True),
    ("ForAnyValue:Bool", "true", {"k": ("true", "false")}, True),
    ("ForAllValues:Bool", "true", {"k": ("true", "false")}, False),
    ("ForAnyValue:NumericLessThan", "5", {"k": ("9", "4")}, True),
    ("ForAllValues:IpAddress", "10.0.0.0/8", {"k": ("10.0.0.1", "11.0.0.1")}, False),
]


@pytest.mark.parametrize(("operator", "values", "context", "expected"), CONDITIONS)
def test_conditions(operator: str, values: Any, context: Json, expected: bool) -> None:
    (condition,) = conditions({operator: {"k": values}})
    assert holds(condition, context, has_variables=True) is expected


def trusts(principal: Any, condition: Json | None = None, action: Any = ASSUME, effect: str = "Allow") -> Json:
    return {"Effect": effect, "Principal": principal, "Action": action, "Condition": condition or {}}


def bucket(condition: Json | None = None, principal: Any = "*", effect: str = "Allow", resource: str = "*") -> Json:
    return {**trusts(principal, condition, "s3:GetObject", effect), "Resource": f"arn:aws:s3:::b/{resource}"}


def denied(condition: Json, principal: Any = ANYONE) -> Json:
    return trusts(principal, condition, effect="Deny")


OUTSIDE: list[tuple[str, PolicyKind, list[Json], str]] = [
    ("a role of another account by name", "trust", [trusts({"AWS": f"arn:aws:iam::{OTHER}:role/ci"})], "yes"),
    ("a session of another account", "trust", [trusts({"AWS": f"arn:aws:sts::{OTHER}:assumed-role/ci/s"})], "yes"),
    ("own and trusted accounts", "trust", [trusts({"AWS": [OWN, FRIEND, f"arn:aws:iam::{FRIEND}:user/a"]})], "no"),
    ("one of three is a stranger", "trust", [trusts({"AWS": [OWN, FRIEND, OTHER]})], "yes"),
    ("only to tag the session", "trust", [trusts(ANYONE, action="sts:TagSession")], "no"),
    ("all of sts", "trust", [trusts(ANYONE, action="sts:*")], "yes"),
    ("the organization in another spelling of the key", "trust", [trusts(ANYONE, {"StringEquals": {"AWS:PRINCIPALORGID": ORG}})], "no"),
    ("one of two organizations", "trust", [trusts(ANYONE, {"StringEquals": {ORG_ID: [ORG, "o-bbbbbbbbbb"]}})], "yes"),
    ("an organization by pattern", "trust", [trusts(ANYONE, {"StringLike": {ORG_ID: "o-aaaaaaaaa?"}})], "yes"),
    ("a pattern taken literally", "trust", [trusts(ANYONE, {"StringEquals": {ORG_ID: "o-*"}})], "yes"),
    ("paths of the organization", "trust", [trusts(ANYONE, {"ForAnyValue:StringLike": {PATHS: f"{ORG}/*"}})], "no"),
    ("paths of the organization, all of none", "trust", [trusts(ANYONE, {"ForAllValues:StringLike": {PATHS: f"{ORG}/*"}})], "yes"),
    ("paths, all and there", "trust", [trusts(ANYONE, {"ForAllValues:StringLike": {PATHS: f"{ORG}/*"}, "Null": {PATHS: "false"}})], "no"),
    ("a unit in any organization", "trust", [trusts(ANYONE, {"ForAnyValue:StringLike": {PATHS: "o-*/r-ab12/ou-ab12-11111111/*"}})], "yes"),
    ("an external id", "trust", [trusts({"AWS": OTHER}, {"StringEquals": {"sts:ExternalId": "x"}})], "yes"),
    ("an id that must and must not be", "trust", [trusts({"AWS": OTHER}, {"StringEquals": {"sts:ExternalId": "x"}, "Null": {"sts:ExternalId": "true"}})], "no"),
    ("an id that is denied", "trust", [trusts({"AWS": OTHER}, {"StringEquals": {"sts:ExternalId": "x"}}), denied({"StringLike": {"sts:ExternalId": "*"}})], "no"),
    ("all but the id denied", "trust", [trusts({"AWS": OTHER}), denied({"StringNotEquals": {"sts:ExternalId": "x"}})], "yes"),
    ("denied unless there is a second factor", "trust", [trusts({"AWS": OTHER}), denied({"BoolIfExists": {MFA: "false"}})], "yes"),
    ("denied with and without a second factor", "trust", [trusts({"AWS": OTHER}), denied({"Bool": {MFA: ["true", "false"]}}), denied({"Null": {MFA: "true"}})], "no"),
    ("strangers denied by account", "trust", [trusts(ANYONE), denied({"StringNotEquals": {ACCOUNT: [OWN, FRIEND]}})], "no"),
    ("strangers denied by a pattern of accounts", "trust", [trusts(ANYONE), denied({"StringNotLike": {ACCOUNT: ["1111*", FRIEND]}})], "yes"),
    ("denied by ARN", "trust", [trusts(ANYONE), denied({"ArnNotLike": {ARN: [f"arn:aws:iam::{OWN}:*", f"arn:aws:iam::{FRIEND}:*"]}})], "no"),
    ("denied by an ARN across accounts", "trust", [trusts(ANYONE), denied({"ArnNotLike": {ARN: "arn:aws:iam::*:role/deploy"}})], "yes"),
    ("an ARN's account at the wrong place", "trust", [trusts(ANYONE, {"StringLike": {ARN: f"*{OWN}*"}})], "yes"),
    ("a name that looks like an account", "trust", [trusts(ANYONE, {"ArnLike": {ARN: f"arn:aws:iam::*:role/{OWN}"}})], "yes"),
    ("a condition no request meets", "trust", [trusts(ANYONE, {"StringEquals": {ARN: "arn:aws:iam::*:role/x"}})], "no"),
    ("an account and another account's ARN", "trust", [trusts(ANYONE, {"StringEquals": {ACCOUNT: OWN}, "ArnLike": {ARN: f"arn:aws:iam::{OTHER}:*"}})], "no"),
    ("a service alone", "trust", [trusts({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]})], "no"),
    ("for services only", "trust", [trusts({"AWS": OTHER}, {"Bool": {"aws:PrincipalIsAWSService": "true"}})], "no"),
    ("another account's tag", "trust", [trusts(ANYONE, {"StringEquals": {"aws:PrincipalTag/team": "blue"}})], "yes"),
    ("a day that is over and to come", "trust", [trusts({"AWS": OTHER}, {"DateGreaterThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}, "DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}})], "no"),
    ("one moment", "trust", [trusts({"AWS": OTHER}, {"DateGreaterThanEquals": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}, "DateLessThanEquals": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}})], "yes"),
    ("two networks that meet", "trust", [trusts({"AWS": OTHER}, {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "NotIpAddress": {"aws:SourceIp": "10.0.0.0/9"}})], "yes"),
    ("a source account of a user's call", "trust", [trusts({"AWS": OTHER}, {"StringEquals": {"aws:SourceAccount": OWN}})], "no"),
    ("a source account if there is one", "trust", [trusts({"AWS": OTHER}, {"StringEqualsIfExists": {"aws:SourceAccount": OWN}})], "yes"),
    ("a bucket for one account", "resource", [bucket(principal={"AWS": OTHER})], "yes"),
    ("a bucket for the own account", "resource", [bucket(principal={"AWS": OWN})], "no"),
    ("a public bucket in one network", "resource", [bucket({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})], "yes"),
    ("a bucket behind an endpoint", "resource", [bucket({"StringEquals": {"aws:SourceVpce": "vpce-1"}})], "yes"),
    ("a bucket with transport denied and required", "resource", [bucket({"Bool": {"aws:SecureTransport": "true"}}), bucket({"Bool": {"aws:SecureTransport": "true"}}, effect="Deny")], "no"),
    ("a bucket without plain transport", "resource", [bucket(), bucket({"Bool": {"aws:SecureTransport": "false"}}, effect="Deny")], "yes"),
    ("a bucket denied to all but a prefix", "resource", [bucket(), {**bucket(effect="Deny"), "Resource": None, "NotResource": "arn:aws:s3:::b/public/*"}], "yes"),
    ("a bucket all of which is denied", "resource", [bucket(resource="a/*"), bucket(effect="Deny")], "no"),
    ("a bucket denied but for a narrower prefix", "resource", [bucket(resource="a/*"), bucket(effect="Deny", resource="a/b/*")], "yes"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "statements", "expected"), [row[1:] for row in OUTSIDE], ids=[row[0] for row in OUTSIDE]
)
def test_outsiders(kind: PolicyKind, statements: list[Json], expected: str) -> None:
    assert outside_access(written(kind, *statements), TRUSTED).verdict == expected


def may(action: Any = "s3:*", resource: Any = "*", condition: Json | None = None, effect: str = "Allow") -> Json:
    return {"Effect": effect, "Action": action, "Resource": resource, "Condition": condition or {}}


def if_(operator: str, key: str, values: Any) -> Json:
    return may(condition={operator: {key: values}})


def tagged(operator: str, values: Any) -> Json:
    return if_(operator, TAG, values)


B = "arn:aws:s3:::b/"
SAME_TAG = {"StringLike": {"aws:PrincipalTag/t": "a"}, "StringEquals": {"aws:PrincipalTag/t": "${aws:RequestTag/x}"}}
CHANGES: list[tuple[str, list[Json], list[Json], str]] = [
    ("a question mark in place of a letter", [may("s3:GetObject")], [may("s3:GetObjec?")], "yes"),
    ("a letter in place of a question mark", [may("s3:GetObjec?")], [may("s3:GetObject")], "no"),
    ("stars twice", [may("s3:**")], [may("s3:*")], "no"),
    ("patterns that overlap", [may(["s3:*a", "s3:a*"])], [may("s3:a*a")], "no"),
    ("a pattern between two", [may(["s3:a*b", "s3:b*a"])], [may("s3:*")], "yes"),
    ("every action", [may("*:*")], [may("*")], "no"),
    ("all but two becomes all but one", [{"NotAction": ["iam:*", "sts:*"], "Resource": "*"}], [{"NotAction": "iam:*", "Resource": "*"}], "yes"),
    ("all but one becomes all but two", [{"NotAction": "iam:*", "Resource": "*"}], [{"NotAction": ["iam:*", "sts:*"], "Resource": "*"}], "no"),
    ("all but a service becomes that service's rest", [{"NotAction": "iam:*", "Resource": "*"}], [may("iam:Get*")], "yes"),
    ("all but a pattern covers others", [{"NotAction": "iam:*", "Resource": "*"}], [may(["s3:*", "ec2:*"])], "no"),
    ("a prefix of a prefix", [may(resource=f"{B}a*")], [may(resource=f"{B}a/b*")], "no"),
    ("a suffix", [may(resource=f"{B}*.txt")], [may(resource=f"{B}*t")], "yes"),
    ("two prefixes do not make a whole", [may(resource=[f"{B}a*", f"{B}b*"])], [may(resource=f"{B}*")], "yes"),
    ("all but a resource", [may(resource="*")], [{"Action": "s3:*", "NotResource": f"{B}*"}], "no"),
    ("all of a resource beside all but it", [{"Action": "s3:*", "NotResource": f"{B}*"}, may(resource=f"{B}*")], [may(resource="*")], "no"),
    ("a resource's other case", [may(resource=f"{B}a")], [may(resource=f"{B}A")], "yes"),
    ("an escaped star is narrower", [may(resource=f"{B}*")], [may(resource=f"{B}${{*}}")], "no"),
    ("a star for an escaped star", [may(resource=f"{B}${{*}}")], [may(resource=f"{B}*")], "yes"),
    ("one value more", [tagged("StringEquals", "a")], [tagged("StringEquals", ["a", "b"])], "yes"),
    ("one value less", [tagged("StringEquals", ["a", "b"])], [tagged("StringEquals", "b")], "no"),
    ("one value less to avoid", [tagged("StringNotEquals", ["a", "b"])], [tagged("StringNotEquals", "a")], "yes"),
    ("one value more to avoid", [tagged("StringNotEquals", "a")], [tagged("StringNotEquals", ["a", "b"])], "no"),
    ("like without a star", [tagged("StringLike", "a")], [tagged("StringEquals", "a")], "no"),
    ("like a longer text", [tagged("StringLike", "a*")], [tagged("StringLike", "ab*")], "no"),
    ("like a star needs the key", [tagged("StringLike", "*")], [may()], "yes"),
    ("there is the same as like a star", [may(condition={"Null": {TAG: "false"}})], [tagged("StringLike", "?*")], "no"),
    ("not like a star is absent", [tagged("StringNotLike", "*")], [may(condition={"Null": {TAG: "true"}})], "no"),
    ("not equal, and there", [tagged("StringNotEquals", "a")], [may(condition={"StringNotEquals": {TAG: "a"}, "Null": {TAG: "false"}})], "no"),
    ("not equal, or not there", [may(condition={"StringNotEquals": {TAG: "a"}, "Null": {TAG: "false"}})], [tagged("StringNotEquals", "a")], "yes"),
    ("if it exists is needless with not", [tagged("StringNotEquals", "a")], [tagged("StringNotEqualsIfExists", "a")], "no"),
    ("if it exists is equal or absent", [tagged("StringEquals", "a"), may(condition={"Null": {TAG: "true"}})], [tagged("StringEqualsIfExists", "a")], "no"),
    ("another tag", [if_("StringEquals", "aws:RequestTag/a", "x")], [if_("StringEquals", "aws:RequestTag/b", "x")], "yes"),
    ("a tag's name in another case", [if_("StringEquals", "aws:RequestTag/a", "x")], [if_("StringEquals", "AWS:requesttag/A", "x")], "no"),
    ("and becomes or", [may(condition={"StringEquals": {"a:x": "1", "a:y": "1"}})], [if_("StringEquals", "a:x", "1"), if_("StringEquals", "a:y", "1")], "yes"),
    ("or becomes and", [if_("StringEquals", "a:x", "1"), if_("StringEquals", "a:y", "1")], [may(condition={"StringEquals": {"a:x": "1", "a:y": "1"}})], "no"),
    ("all values to any value", [if_("ForAllValues:StringEquals", KEYS, ["a", "b"])], [if_("ForAnyValue:StringEquals", KEYS, ["a", "b"])], "yes"),
    ("all values, fewer", [if_("ForAllValues:StringEquals", KEYS, ["a", "b"])], [if_("ForAllValues:StringEquals", KEYS, "a")], "no"),
    ("all values and there, after all values", [if_("ForAllValues:StringEquals", KEYS, "a")], [may(condition={"ForAllValues:StringEquals": {KEYS: "a"}, "Null": {KEYS: "false"}})], "no"),
    ("all values, after all values and there", [may(condition={"ForAllValues:StringEquals": {KEYS: "a"}, "Null": {KEYS: "false"}})], [if_("ForAllValues:StringEquals", KEYS, "a")], "yes"),
    ("any value of fewer", [if_("ForAnyValue:StringEquals", KEYS, ["a", "b"])], [if_("ForAnyValue:StringEquals", KEYS, "b")], "no"),
    ("both values, after any", [if_("ForAnyValue:StringEquals", KEYS, "a")], [may(condition={"ForAnyValue:StringEquals": {KEYS: "a"}, "ForAnyValue:StringLike": {KEYS: "b"}})], "no"),
    ("numbers that touch", [if_("NumericLessThan", "s3:max-keys", "10"), if_("NumericGreaterThan", "s3:max-keys", "10")], [if_("NumericNotEquals", "s3:max-keys", "10")], "yes"),
    ("numbers that touch, and absence", [if_("NumericLessThan", "s3:max-keys", "10"), if_("NumericGreaterThan", "s3:max-keys", "10"), may(condition={"Null": {"s3:max-keys": "true"}})], [if_("NumericNotEquals", "s3:max-keys", "10")], "no"),
    ("a number between", [if_("NumericLessThanEquals", "s3:max-keys", "10")], [if_("NumericLessThan", "s3:max-keys", "10.5")], "yes"),
    ("less than the larger of two", [if_("NumericLessThan", "s3:max-keys", ["1", "10"])], [if_("NumericLessThan", "s3:max-keys", "10")], "no"),
    ("a day in another zone", [if_("DateLessThan", "aws:CurrentTime", "2026-01-01T00:00:00Z")], [if_("DateLessThan", "aws:CurrentTime", "2026-01-01T00:00:00-01:00")], "yes"),
    ("the same moment in another zone", [if_("DateLessThan", "aws:CurrentTime", "2026-01-01T01:00:00+01:00")], [if_("DateLessThan", "aws:CurrentTime", "2026-01-01T00:00:00Z")], "no"),
    ("an address for its range", [if_("IpAddress", "aws:SourceIp", "10.1.2.0/24")], [if_("IpAddress", "aws:SourceIp", "10.1.2.7")], "no"),
    ("a range and its rest", [if_("NotIpAddress", "aws:SourceIp", "10.0.0.0/8"), if_("IpAddress", "aws:SourceIp", "10.0.0.0/8")], [may()], "no"),
    ("all addresses of version 4", [may()], [if_("IpAddress", "aws:SourceIp", "0.0.0.0/0")], "no"),
    ("every call from all addresses", [if_("IpAddress", "aws:SourceIp", ["0.0.0.0/0", "::/0"])], [may()], "yes"),
    ("true and false and absent", [if_("Bool", MFA, "true"), if_("Bool", MFA, "false"), may(condition={"Null": {MFA: "true"}})], [may()], "no"),
    ("true and false", [if_("Bool", MFA, "true"), if_("Bool", MFA, "false")], [may()], "yes"),
    ("like an ARN, across its parts", [if_("ArnLike", "iam:PolicyARN", "arn:aws:iam::*:policy/a")], [if_("StringLike", "iam:PolicyARN", "arn:aws:iam::*:policy/a")], "yes"),
    ("like an ARN, part by part", [if_("StringLike", "iam:PolicyARN", "arn:aws:iam::*:policy/a")], [if_("ArnLike", "iam:PolicyARN", "arn:aws:iam::*:policy/a")], "no"),
    ("a deny with one value more", [may(), {**tagged("StringEquals", "a"), "Effect": "Deny"}], [may(), {**tagged("StringEquals", ["a", "b"]), "Effect": "Deny"}], "no"),
    ("a deny with one value less", [may(), {**tagged("StringEquals", ["a", "b"]), "Effect": "Deny"}], [may(), {**tagged("StringEquals", "a"), "Effect": "Deny"}], "yes"),
    ("a deny that spares the absent", [may(), {**tagged("StringNotEquals", "a"), "Effect": "Deny"}], [may(), {**tagged("StringNotEquals", "a"), "Condition": {"StringNotEquals": {TAG: "a"}, "Null": {TAG: "false"}}, "Effect": "Deny"}], "yes"),
    ("a deny in place of a condition", [tagged("StringEquals", "a")], [may(), {**tagged("StringNotEquals", "a"), "Effect": "Deny"}], "no"),
    ("a deny of another service, gone", [may("s3:*"), may("ec2:*", effect="Deny")], [may("s3:*")], "no"),
    ("a deny of all but", [may("*"), {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}], [may("s3:*")], "no"),
    ("a variable on another resource", [may(resource=f"{B}${{aws:username}}/*")], [may(resource=f"{B}home/${{aws:username}}/*")], "yes"),
    ("a user's name in place of a variable", [may(resource=f"{B}${{aws:username}}/*")], [may(resource=f"{B}Eve/*")], "yes"),
    ("a user's name in what a role may do", [], [may(resource=f"{B}${{aws:username}}/*", condition={"StringEquals": {"aws:PrincipalType": "AssumedRole"}})], "no"),
    ("a user's name or a default in what a role may do", [], [may(resource=f"{B}${{aws:username, 'x'}}/*", condition={"StringEquals": {"aws:PrincipalType": "AssumedRole"}})], "yes"),
    ("a tag of the request that is the caller's", [may(condition={**SAME_TAG, "Bool": {MFA: "true"}})], [may(condition=SAME_TAG)], "yes"),
    ("a tag that is the user's name", [], [may(condition={"StringLike": {TAG: "a"}, "StringEquals": {TAG: "${aws:username}"}})], "yes"),
    ("a variable's default is one value more", [tagged("StringEquals", "${aws:PrincipalTag/t}")], [tagged("StringEquals", "${aws:PrincipalTag/t, 'x'}")], "yes"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_changes(old: list[Json], new: list[Json], expected: str) -> None:
    assert new_access(written("identity", *old), written("identity", *new)).verdict == expected


TRUST_CHANGES: list[tuple[str, list[Json], list[Json], str]] = [
    ("a user of an account that is trusted", [trusts({"AWS": OTHER})], [trusts({"AWS": f"arn:aws:iam::{OTHER}:user/a"})], "no"),
    ("the account of a user who is trusted", [trusts({"AWS": f"arn:aws:iam::{OTHER}:user/a"})], [trusts({"AWS": OTHER})], "yes"),
    ("an account in its other spelling", [trusts({"AWS": OTHER})], [trusts({"AWS": f"arn:aws:iam::{OTHER}:root"})], "no"),
    ("a session of a role", [trusts({"AWS": f"arn:aws:iam::{OTHER}:role/a"})], [trusts({"AWS": f"arn:aws:sts::{OTHER}:assumed-role/a/s"})], "no"),
    ("the role of a session", [trusts({"AWS": f"arn:aws:sts::{OTHER}:assumed-role/a/s"})], [trusts({"AWS": f"arn:aws:iam::{OTHER}:role/a"})], "yes"),
    ("one more service", [trusts({"Service": "ec2.amazonaws.com"})], [trusts({"Service": ["ec2.amazonaws.com", "ecs.amazonaws.com"]})], "yes"),
    ("one action more", [trusts({"AWS": OWN})], [trusts({"AWS": OWN}, action=[ASSUME, "sts:TagSession"])], "yes"),
    ("an action that the caller can't make", [trusts({"AWS": OWN})], [trusts({"AWS": OWN}, action=[ASSUME, WEB])], "no"),
    ("everybody by a condition on the account", [trusts({"AWS": OTHER})], [trusts(ANYONE, {"StringEquals": {ACCOUNT: OTHER}, "Bool": {"aws:PrincipalIsAWSService": "false"}})], "no"),
    ("a star within a star, whoever it means", [trusts({"AWS": ["*", FRIEND]}, action="sts:*")], [trusts({"AWS": ["*", FRIEND]}, action="sts:*"), trusts(ANYONE, {"StringEquals": {"a:x": "1"}})], "no"),
    ("a star denied where a star is allowed, whoever it means", [], [trusts(ANYONE, {"StringEquals": {"a:x": "1"}}), trusts("*", action="sts:*", effect="Deny")], "no"),
    ("the external id gone", [trusts({"AWS": OTHER}, {"StringEquals": {"sts:ExternalId": "x"}})], [trusts({"AWS": OTHER})], "yes"),
    ("the external id in any case", [trusts({"AWS": OTHER}, {"StringEquals": {"sts:ExternalId": "x"}})], [trusts({"AWS": OTHER}, {"StringEqualsIgnoreCase": {"sts:ExternalId": "x"}})], "yes"),
    ("a deny of a stranger who never came in, gone", [trusts({"AWS": OWN}), denied({}, {"AWS": OTHER})], [trusts({"AWS": OWN})], "no"),
    ("a deny of one of those who come in, gone", [trusts({"AWS": OTHER}), denied({}, {"AWS": f"arn:aws:iam::{OTHER}:user/a"})], [trusts({"AWS": OTHER})], "yes"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "expected"), [row[1:] for row in TRUST_CHANGES], ids=[row[0] for row in TRUST_CHANGES]
)
def test_changes_of_trust(old: list[Json], new: list[Json], expected: str) -> None:
    assert new_access(written("trust", *old), written("trust", *new)).verdict == expected


DEAD: list[tuple[str, PolicyKind, Json, str]] = [
    ("like and not like the same", "identity", may(condition={"StringLike": {"k": "a*"}, "StringNotLike": {"k": "a*"}}), "no"),
    ("like two that never meet", "identity", may(condition={"StringLike": {"k": "b*"}, "StringEqualsIgnoreCase": {"k": "AB"}}), "no"),
    ("like two that meet in one case", "identity", may(condition={"StringLike": {"k": "a*"}, "StringEqualsIgnoreCase": {"k": "aB"}}), "yes"),
    ("equal to one and ending with another", "identity", may(condition={"StringEquals": {"k": "ab"}, "StringLike": {"k": "*c"}}), "no"),
    ("five characters, of which six", "identity", may(condition={"StringLike": {"k": "?????"}, "StringEquals": {"k": "abcdef"}}), "no"),
    ("all of a set, and one that is not among them", "identity", may(condition={"ForAllValues:StringEquals": {KEYS: "a"}, "ForAnyValue:StringEquals": {KEYS: "b"}}), "no"),
    ("all of a set, and one that is not the value", "identity", may(condition={"ForAllValues:StringEquals": {KEYS: "a"}, "ForAnyValue:StringNotEquals": {KEYS: "a"}}), "no"),
    ("no set at all", "identity", may(condition={"ForAllValues:StringEquals": {KEYS: "a"}, "Null": {KEYS: "true"}}), "yes"),
    ("not a network and its half", "identity", may(condition={"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "IpAddress": {"aws:SourceIp": "10.64.0.0/10"}}), "no"),
    ("a number between two that touch", "identity", may(condition={"NumericGreaterThan": {"k": "1"}, "NumericLessThan": {"k": "1.0000001"}}), "yes"),
    ("two byte strings", "identity", may(condition={"BinaryEquals": {"k": "QQ=="}, "BinaryEqualsIfExists": {"k": "Qg=="}}), "no"),
    ("an account that is none", "trust", trusts(ANYONE, {"StringEquals": {ACCOUNT: "12345"}}), "no"),
    ("a user's name in another account", "trust", trusts({"AWS": f"arn:aws:iam::{OWN}:user/a"}, {"StringEquals": {"aws:username": "b"}}), "no"),
    ("another role's ARN", "trust", trusts({"AWS": f"arn:aws:iam::{OWN}:role/a"}, {"ArnEquals": {ARN: f"arn:aws:iam::{OWN}:role/b"}}), "no"),
    ("a person with a service's source", "trust", trusts({"AWS": OWN}, {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::b"}}), "no"),
    ("a service with a second factor", "trust", trusts({"Service": "ec2.amazonaws.com"}, {"Bool": {MFA: "true"}}), "no"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "statement", "expected"), [row[1:] for row in DEAD], ids=[row[0] for row in DEAD])
def test_dead_statements(kind: PolicyKind, statement: Json, expected: str) -> None:
    assert is_satisfiable(written(kind, statement), 0).verdict == expected


NEEDLESS: list[tuple[str, list[Json], str]] = [
    ("a resource that another covers", [may(resource=f"{B}a"), may(resource=f"{B}*")], "yes"),
    ("a resource that another covers in part", [may(resource=f"{B}*"), may(resource=f"{B}a*")], "no"),
    ("two that cover it together", [may(["s3:A", "s3:B"]), may("s3:A"), may("s3:B")], "yes"),
    ("the same with a condition beside", [tagged("StringEquals", "a"), may()], "yes"),
    ("beside the same with a condition", [may(), tagged("StringEquals", "a")], "no"),
    ("a deny that another covers", [may("s3:Get*", effect="Deny"), may("s3:*", effect="Deny"), may("*")], "yes"),
    ("a deny of what nothing allows", [may("ec2:*", effect="Deny"), may("s3:*")], "no"),
    ("a dead one", [may(condition={"StringEquals": {"k": "a"}, "StringLike": {"k": "b*"}}), may("ec2:*")], "yes"),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "expected"), [row[1:] for row in NEEDLESS], ids=[row[0] for row in NEEDLESS])
def test_needless_statements(statements: list[Json], expected: str) -> None:
    assert is_redundant(written("identity", *statements), 0).verdict == expected


ROLE = Principal("AWS", f"arn:aws:iam::{OWN}:role/app")


def test_a_request_of_a_shape_is_found_or_refuted() -> None:
    policy = written(
        "identity", may("s3:Get*", f"{B}${{aws:PrincipalTag/team}}/*"), may("s3:*", f"{B}x/*", effect="Deny")
    )
    assert allows(policy, principal=ROLE, action="s3:GetObject").verdict == "yes"
    assert allows(policy, principal=ROLE, action="s3:PutObject").verdict == "no"
    assert allows(policy, action="s3:GetObject", resource=f"{B}x/a").verdict == "no"


def test_the_variable_that_decides_is_called_as_it_is_written() -> None:
    policy = written("resource", bucket({"StringEquals": {ORG_ID: "${acme:Org/Größe}"}}))
    answer = outside_access(policy, TRUSTED)
    assert (answer.verdict, answer.because) == ("unknown", "what '${acme:Org/Größe}' stands for decides")


def test_resources_of_one_statement_are_not_told_apart_from_each_other() -> None:
    tangled = may("s3:Get*", [f"{B}*{first}*{second}*" for first in "abcd" for second in "efgh"])
    policy = written("identity", tangled, may("s3:GetObject", f"{B}x/*"))
    assert is_redundant(policy, 0).verdict == "no"
    assert new_access(written("identity", may("s3:GetObject", f"{B}x/*")), policy).verdict == "yes"


def test_what_is_a_variable_in_one_version_is_plain_text_in_the_other() -> None:
    condition = {"StringEquals": {TAG: "${aws:PrincipalTag/t}"}}
    new = written("identity", may(condition=condition))
    plain = new._replace(has_variables=False)
    assert new_access(new, plain).verdict == "yes"
    assert new_access(plain, new).verdict == "yes"
    assert new_access(plain, plain._replace(statements=plain.statements[::-1])).verdict == "no"
    anything = written("identity", may(resource=f"{B}*"))
    assert (
        new_access(anything, written("identity", may(resource=f"{B}${{*}}"))._replace(has_variables=False)).verdict
        == "no"
    )


def test_a_witness_of_a_policy_without_variables_holds_the_text_itself() -> None:
    condition = {"StringEquals": {TAG: "${aws:PrincipalTag/t}"}}
    trust = written("trust", trusts({"AWS": OTHER}, condition))._replace(has_variables=False)
    for answer in (outside_access(trust, TRUSTED), is_satisfiable(trust, 0)):
        assert answer.verdict == "yes"
        assert answer.witness.context["aws:requesttag/x"] == "${aws:PrincipalTag/t}"
