"""Known answers of `lictor decide`, as an outsider asks for them: each row is worked out from the IAM user guide.

A row says in words what is asked, then the request, the policies by option, and the decision.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from lictor.cli.group import run

Json = dict[str, Any]
OWN, OTHER = "111122223333", "444455556666"
USER = f"arn:aws:iam::{OWN}:user/LiJuan"
PATHED = f"arn:aws:iam::{OWN}:user/team/LiJuan"
ROLE = f"arn:aws:iam::{OWN}:role/Deploy"
SESSION = f"arn:aws:sts::{OWN}:assumed-role/Deploy/eve"
TARGET = f"arn:aws:iam::{OWN}:role/Target"
ALIEN = f"arn:aws:iam::{OTHER}:user/Zhang"
ALIEN_ROLE = f"arn:aws:iam::{OTHER}:role/ci"
ROOT = f"arn:aws:iam::{OWN}:root"
KEY = f"arn:aws:kms:eu-west-1:{OWN}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
QUEUE = f"arn:aws:sqs:eu-west-1:{OWN}:orders"
TOPIC = f"arn:aws:sns:eu-west-1:{OWN}:alerts"
SECRET = f"arn:aws:secretsmanager:eu-west-1:{OWN}:secret:db-AbCdEf"
FUNCTION = f"arn:aws:lambda:eu-west-1:{OWN}:function:pay"
OBJECT = "arn:aws:s3:::amzn-s3-demo-bucket/a.txt"
GITHUB = f"arn:aws:iam::{OWN}:oidc-provider/token.actions.githubusercontent.com"
SAML = f"arn:aws:iam::{OWN}:saml-provider/corp"
SUB = "token.actions.githubusercontent.com:sub"
YES, NO, DENY, UNKNOWN = "allow", "implicit_deny", "explicit_deny", "unknown"
AS = "sts:AssumeRole"


def policy(*statements: Json, version: str | None = "2012-10-17") -> Json:
    whole: Json = {"Statement": list(statements)}
    return whole if version is None else {"Version": version, **whole}


def allow(action: Any = "s3:GetObject", resource: Any = "*", condition: Json | None = None, **more: Any) -> Json:
    block = {} if condition is None else {"Condition": condition}
    return {"Effect": "Allow", "Action": action, "Resource": resource, **block, **more}


def deny(action: Any = "s3:GetObject", resource: Any = "*", condition: Json | None = None, **more: Any) -> Json:
    return {**allow(action, resource, condition, **more), "Effect": "Deny"}


def lets(principal: Any, condition: Json | None = None, action: Any = AS, **more: Any) -> Json:
    """Return a statement of a trust policy."""
    block = {} if condition is None else {"Condition": condition}
    return {"Effect": "Allow", "Principal": principal, "Action": action, **block, **more}


def bars(principal: Any, condition: Json | None = None, action: Any = AS) -> Json:
    return {**lets(principal, condition, action), "Effect": "Deny"}


def grants(principal: Any, action: Any, resource: Any = "*", condition: Json | None = None, **more: Any) -> Json:
    """Return a statement of a resource's policy."""
    return {**allow(action, resource, condition), "Principal": principal, **more}


def call(action: str = "s3:GetObject", resource: str = OBJECT, who: Any = None, **context: Any) -> Json:
    given = {name.replace("__", ":"): value for name, value in context.items()}
    return {"principal": who or {"AWS": USER}, "action": action, "resource": resource, "context": given}


def assume(who: Any = None, action: str = AS, context: Json | None = None, resource: str = TARGET) -> Json:
    who = {"AWS": who} if isinstance(who, str) else who or {"AWS": USER}
    return {"principal": who, "action": action, "resource": resource, "context": context or {}}


def with_keys(context: Json, **more: Any) -> Json:
    return {**call(**more), "context": context}


MAY = policy(allow(AS, "*"))
ALL = policy(allow("*", "*"))
FULL = ("scp", ALL)


def one(name: str, request: Json, *statements: Json, is_now: str, version: str | None = "2012-10-17") -> Any:
    return pytest.param(request, [("policy", policy(*statements, version=version))], is_now, id=name)


def many(name: str, request: Json, *given: tuple[str, Json], is_now: str) -> Any:
    return pytest.param(request, list(given), is_now, id=name)


GENERAL = [
    one("nothing is allowed by default", call(), allow("s3:PutObject"), is_now=NO),
    one("an allow allows", call(), allow(), is_now=YES),
    one("a deny beats an allow", call(), allow(), deny(), is_now=DENY),
    one("whatever comes first", call(), deny(), allow(), is_now=DENY),
    one("a deny of something else does not", call(), allow(), deny("s3:PutObject"), is_now=YES),
    one(
        "a deny whose condition fails does not",
        with_keys({"aws:SecureTransport": "true"}),
        allow(),
        deny(condition={"Bool": {"aws:SecureTransport": "false"}}),
        is_now=YES,
    ),
    one("a deny alone allows nothing", call(), deny("s3:PutObject"), is_now=NO),
    one("action names have no case", call("S3:getobject"), allow("s3:GETOBJECT"), is_now=YES),
    one("a star in an action", call("s3:GetObjectAcl"), allow("s3:Get*"), is_now=YES),
    one("a star in the midst of an action", call("s3:GetObjectAcl"), allow("s3:*Acl"), is_now=YES),
    one("a question mark is one character", call("s3:GetObject"), allow("s3:GetObjec?"), is_now=YES),
    one("a question mark is not nothing", call("s3:GetObject"), allow("s3:GetObject?"), is_now=NO),
    one("a star is every action", call("ec2:RunInstances"), allow("*"), is_now=YES),
    one("star colon star is every action", call("ec2:RunInstances"), allow("*:*"), is_now=YES),
    one("the service's own star", call("ec2:RunInstances"), allow("s3:*"), is_now=NO),
    one(
        "NotAction is all others",
        call("ec2:RunInstances"),
        {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"},
        is_now=YES,
    ),
    one(
        "NotAction leaves out",
        call("s3:GetObject"),
        {"Effect": "Allow", "NotAction": ["iam:*", "s3:*"], "Resource": "*"},
        is_now=NO,
    ),
    one(
        "a Deny with NotAction",
        call("ec2:RunInstances"),
        allow("*"),
        {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"},
        is_now=DENY,
    ),
    one(
        "NotResource is all others",
        call(),
        {"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::other/*"},
        is_now=YES,
    ),
    one(
        "NotResource leaves out",
        call(),
        {"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::amzn-s3-demo-bucket/*"},
        is_now=NO,
    ),
    one(
        "a Deny with NotResource",
        call(),
        allow("*"),
        {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::other/*"},
        is_now=DENY,
    ),
    one("a bucket is not its objects", call(), allow(resource="arn:aws:s3:::amzn-s3-demo-bucket"), is_now=NO),
    one(
        "a star in a resource crosses slashes",
        call(resource="arn:aws:s3:::b/a/b/c"),
        allow(resource="arn:aws:s3:::b/*"),
        is_now=YES,
    ),
    one("resource names have case", call(resource="arn:aws:s3:::b/A"), allow(resource="arn:aws:s3:::b/a"), is_now=NO),
    one("a statement that is an object", call(), allow(), is_now=YES),
    one("one of several resources", call(), allow(resource=["arn:aws:s3:::x", OBJECT]), is_now=YES),
    one(
        "the resource without its account",
        call("sqs:SendMessage", QUEUE),
        allow("sqs:SendMessage", "arn:aws:sqs:*:*:orders"),
        is_now=YES,
    ),
    one(
        "another region",
        call("sqs:SendMessage", QUEUE),
        allow("sqs:SendMessage", f"arn:aws:sqs:us-east-1:{OWN}:orders"),
        is_now=NO,
    ),
]


def compared(name: str, operator: str, key: str, values: Any, given: Json, is_now: str, **more: Any) -> Any:
    return one(name, with_keys(given), allow(condition={operator: {key: values}}), is_now=is_now, **more)


TAG, KEYS = "aws:PrincipalTag/team", "aws:TagKeys"
CONDITIONS = [
    compared("StringEquals equal", "StringEquals", TAG, "red", {TAG: "red"}, YES),
    compared("StringEquals has case", "StringEquals", TAG, "red", {TAG: "Red"}, NO),
    compared("StringEquals one of", "StringEquals", TAG, ["blue", "red"], {TAG: "red"}, YES),
    compared("StringEquals takes a star literally", "StringEquals", TAG, "r*", {TAG: "red"}, NO),
    compared("StringEquals finds the star itself", "StringEquals", TAG, "r*", {TAG: "r*"}, YES),
    compared("StringEquals of an absent key", "StringEquals", TAG, "red", {}, NO),
    compared("StringEqualsIfExists of an absent key", "StringEqualsIfExists", TAG, "red", {}, YES),
    compared("StringEqualsIfExists of another value", "StringEqualsIfExists", TAG, "red", {TAG: "blue"}, NO),
    compared("keys have no case", "StringEquals", "AWS:principaltag/TEAM", "red", {TAG: "red"}, YES),
    compared("StringNotEquals of another value", "StringNotEquals", TAG, "red", {TAG: "blue"}, YES),
    compared("StringNotEquals of the value", "StringNotEquals", TAG, ["red", "blue"], {TAG: "blue"}, NO),
    compared("StringNotEquals is none of them", "StringNotEquals", TAG, ["red", "blue"], {TAG: "green"}, YES),
    compared("StringNotEquals of an absent key", "StringNotEquals", TAG, "red", {}, YES),
    compared("StringNotEqualsIfExists of an absent key", "StringNotEqualsIfExists", TAG, "red", {}, YES),
    compared("StringEqualsIgnoreCase", "StringEqualsIgnoreCase", TAG, "RED", {TAG: "rEd"}, YES),
    compared("StringEqualsIgnoreCase takes a star literally", "StringEqualsIgnoreCase", TAG, "R*", {TAG: "red"}, NO),
    compared("StringNotEqualsIgnoreCase", "StringNotEqualsIgnoreCase", TAG, "RED", {TAG: "rEd"}, NO),
    compared("StringLike star", "StringLike", TAG, "r*", {TAG: "red"}, YES),
    compared("StringLike crosses colons", "StringLike", SUB, "repo:org/*", {}, NO),
    compared("StringLike has case", "StringLike", TAG, "R*", {TAG: "red"}, NO),
    compared("StringLike star takes nothing", "StringLike", TAG, "red*", {TAG: "red"}, YES),
    compared("StringLike question mark", "StringLike", TAG, "r?d", {TAG: "rd"}, NO),
    compared("StringLike star of an absent key", "StringLike", TAG, "*", {}, NO),
    compared("StringLike star of an empty value", "StringLike", TAG, "*", {TAG: ""}, YES),
    compared("StringLike of something and an empty value", "StringLike", TAG, "?*", {TAG: ""}, NO),
    compared("StringNotLike", "StringNotLike", TAG, "r*", {TAG: "red"}, NO),
    compared("StringNotLike of an absent key", "StringNotLike", TAG, "r*", {}, YES),
    compared("an escaped star", "StringLike", TAG, "r${*}", {TAG: "red"}, NO),
    compared("an escaped star is a star", "StringLike", TAG, "r${*}", {TAG: "r*"}, YES),
    compared(
        "ArnLike by part", "ArnLike", "aws:SourceArn", "arn:aws:sns:*:111122223333:*", {"aws:SourceArn": TOPIC}, YES
    ),
    compared(
        "ArnLike's star keeps to its part",
        "ArnLike",
        "iam:PolicyARN",
        "arn:aws:*:111122223333:*:*",
        {"iam:PolicyARN": f"{TOPIC}:sub"},
        NO,
    ),
    compared(
        "ArnLike's last part takes colons",
        "ArnLike",
        "iam:PolicyARN",
        "arn:aws:secretsmanager:*:*:*",
        {"iam:PolicyARN": SECRET},
        YES,
    ),
    compared(
        "ArnEquals takes stars too",
        "ArnEquals",
        "iam:PolicyARN",
        "arn:aws:iam::*:policy/x*",
        {"iam:PolicyARN": f"arn:aws:iam::{OWN}:policy/xy"},
        YES,
    ),
    compared(
        "ArnNotLike",
        "ArnNotLike",
        "iam:PolicyARN",
        "arn:aws:iam::*:policy/x*",
        {"iam:PolicyARN": f"arn:aws:iam::{OWN}:policy/xy"},
        NO,
    ),
    compared("ArnNotEquals of an absent key", "ArnNotEquals", "iam:PolicyARN", "arn:aws:iam::*:policy/x*", {}, YES),
    compared(
        "StringLike's star leaves its part",
        "StringLike",
        "iam:PolicyARN",
        "arn:aws:*:alerts",
        {"iam:PolicyARN": TOPIC},
        YES,
    ),
    compared("Bool", "Bool", "aws:SecureTransport", "true", {"aws:SecureTransport": "true"}, YES),
    compared("Bool false", "Bool", "aws:SecureTransport", "true", {"aws:SecureTransport": "false"}, NO),
    compared("Bool as a boolean", "Bool", "aws:SecureTransport", True, {"aws:SecureTransport": True}, YES),
    compared("Bool of an absent key", "Bool", "aws:MultiFactorAuthPresent", "false", {}, NO),
    compared("BoolIfExists of an absent key", "BoolIfExists", "aws:MultiFactorAuthPresent", "true", {}, YES),
    compared("Null true of an absent key", "Null", "aws:MultiFactorAuthAge", "true", {}, YES),
    compared("Null true of a key that is there", "Null", TAG, "true", {TAG: "x"}, NO),
    compared("Null false of a key that is there", "Null", TAG, "false", {TAG: "x"}, YES),
    compared("Null false of an absent key", "Null", TAG, "false", {}, NO),
    compared("IpAddress within", "IpAddress", "aws:SourceIp", "203.0.113.0/24", {"aws:SourceIp": "203.0.113.7"}, YES),
    compared("IpAddress outside", "IpAddress", "aws:SourceIp", "203.0.113.0/24", {"aws:SourceIp": "203.0.114.1"}, NO),
    compared(
        "IpAddress without a mask", "IpAddress", "aws:SourceIp", "203.0.113.7", {"aws:SourceIp": "203.0.113.7"}, YES
    ),
    compared(
        "IpAddress of version 6", "IpAddress", "aws:SourceIp", "2001:db8::/32", {"aws:SourceIp": "2001:db8::1"}, YES
    ),
    compared(
        "IpAddress of another version", "IpAddress", "aws:SourceIp", "0.0.0.0/0", {"aws:SourceIp": "2001:db8::1"}, NO
    ),
    compared(
        "NotIpAddress",
        "NotIpAddress",
        "aws:SourceIp",
        ["203.0.113.0/24", "198.51.100.0/24"],
        {"aws:SourceIp": "198.51.100.9"},
        NO,
    ),
    compared("NotIpAddress of an absent key", "NotIpAddress", "aws:SourceIp", "203.0.113.0/24", {}, YES),
    compared("IpAddressIfExists of an absent key", "IpAddressIfExists", "aws:SourceIp", "203.0.113.0/24", {}, YES),
    compared("NumericEquals", "NumericEquals", "s3:max-keys", "10", {"s3:max-keys": "10.0"}, YES),
    compared("NumericLessThanEquals", "NumericLessThanEquals", "s3:max-keys", "10", {"s3:max-keys": "10"}, YES),
    compared("NumericLessThan", "NumericLessThan", "s3:max-keys", "10", {"s3:max-keys": "10"}, NO),
    compared("NumericGreaterThan", "NumericGreaterThan", "s3:max-keys", "9", {"s3:max-keys": "10"}, YES),
    compared("numbers are not text", "NumericGreaterThanEquals", "s3:max-keys", "9", {"s3:max-keys": 100}, YES),
    compared("NumericNotEquals of an absent key", "NumericNotEquals", "s3:max-keys", "10", {}, YES),
    compared("NumericLessThan of an absent key", "NumericLessThan", "aws:MultiFactorAuthAge", "3600", {}, NO),
    compared(
        "DateGreaterThan",
        "DateGreaterThan",
        "aws:CurrentTime",
        "2026-01-01T00:00:00Z",
        {"aws:CurrentTime": "2026-06-01T00:00:00Z"},
        YES,
    ),
    compared(
        "DateLessThan",
        "DateLessThan",
        "aws:CurrentTime",
        "2026-01-01T00:00:00Z",
        {"aws:CurrentTime": "2026-06-01T00:00:00Z"},
        NO,
    ),
    compared(
        "dates as seconds",
        "DateLessThan",
        "aws:EpochTime",
        "2026-01-01T00:00:00Z",
        {"aws:EpochTime": "1700000000"},
        YES,
    ),
    compared(
        "DateEquals in another zone",
        "DateEquals",
        "aws:TokenIssueTime",
        "2026-01-01T02:00:00+02:00",
        {"aws:TokenIssueTime": "2026-01-01T00:00:00Z"},
        YES,
    ),
    compared("DateNotEquals of an absent key", "DateNotEquals", "aws:TokenIssueTime", "2026-01-01T00:00:00Z", {}, YES),
    compared("BinaryEquals", "BinaryEquals", "acme:blob", "QmluYXJ5", {"acme:blob": "QmluYXJ5"}, YES),
    compared("ForAnyValue has one", "ForAnyValue:StringEquals", KEYS, ["a", "b"], {KEYS: ["x", "a"]}, YES),
    compared("ForAnyValue has none", "ForAnyValue:StringEquals", KEYS, ["a", "b"], {KEYS: ["x"]}, NO),
    compared("ForAnyValue of an absent key", "ForAnyValue:StringEquals", KEYS, ["a", "b"], {}, NO),
    compared("a negated ForAnyValue of an absent key", "ForAnyValue:StringNotEquals", KEYS, ["a"], {}, NO),
    compared("a negated ForAnyValue with another", "ForAnyValue:StringNotEquals", KEYS, ["a"], {KEYS: ["a", "b"]}, YES),
    compared("a negated ForAnyValue with none other", "ForAnyValue:StringNotEquals", KEYS, ["a"], {KEYS: ["a"]}, NO),
    compared("ForAllValues has only these", "ForAllValues:StringEquals", KEYS, ["a", "b"], {KEYS: ["a"]}, YES),
    compared("ForAllValues has another", "ForAllValues:StringEquals", KEYS, ["a", "b"], {KEYS: ["a", "c"]}, NO),
    compared("ForAllValues of an absent key", "ForAllValues:StringEquals", KEYS, ["a"], {}, YES),
    compared("ForAllValues of an empty list", "ForAllValues:StringEquals", KEYS, ["a"], {KEYS: []}, YES),
    compared("a negated ForAllValues", "ForAllValues:StringNotEquals", KEYS, ["a"], {KEYS: ["b", "a"]}, NO),
    compared(
        "a negated ForAllValues with others alone", "ForAllValues:StringNotLike", KEYS, ["a*"], {KEYS: ["b", "c"]}, YES
    ),
    one(
        "two operators both have to hold",
        with_keys({TAG: "red", "aws:SecureTransport": "false"}),
        allow(condition={"StringEquals": {TAG: "red"}, "Bool": {"aws:SecureTransport": "true"}}),
        is_now=NO,
    ),
    one(
        "two keys both have to hold",
        with_keys({TAG: "red"}),
        allow(condition={"StringEquals": {TAG: "red", "aws:PrincipalTag/x": "y"}}),
        is_now=NO,
    ),
    one(
        "a deny that wants a key misses a call without it",
        call(),
        allow(),
        deny(condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}}),
        is_now=YES,
    ),
    one(
        "a deny with IfExists meets a call without the key",
        call(),
        allow(),
        deny(condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}),
        is_now=DENY,
    ),
    one(
        "a deny with StringNotEquals meets a call without the key",
        call(),
        allow(),
        deny(condition={"StringNotEquals": {TAG: "red"}}),
        is_now=DENY,
    ),
    one(
        "who calls is known: the account",
        call(),
        allow(condition={"StringEquals": {"aws:PrincipalAccount": OWN}}),
        is_now=YES,
    ),
    one(
        "who calls is known: the user's name",
        call(),
        allow(condition={"StringEquals": {"aws:username": "LiJuan"}}),
        is_now=YES,
    ),
    one(
        "who calls is known: a session's role",
        call(who={"AWS": SESSION}),
        allow(condition={"ArnEquals": {"aws:PrincipalArn": ROLE}}),
        is_now=YES,
    ),
    one(
        "who calls is known: not the session",
        call(who={"AWS": SESSION}),
        allow(condition={"ArnEquals": {"aws:PrincipalArn": SESSION}}),
        is_now=NO,
    ),
    one(
        "who calls is known: no service",
        call(),
        allow(condition={"Bool": {"aws:PrincipalIsAWSService": "false"}}),
        is_now=YES,
    ),
    one(
        "who calls is known: the type",
        call(),
        allow(condition={"StringEquals": {"aws:PrincipalType": "User"}}),
        is_now=YES,
    ),
]
VARIABLES = [
    one(
        "a variable in a resource",
        call(resource="arn:aws:s3:::b/LiJuan/x"),
        allow(resource="arn:aws:s3:::b/${aws:username}/*"),
        is_now=YES,
    ),
    one(
        "a variable of somebody else",
        call(resource="arn:aws:s3:::b/Eve/x"),
        allow(resource="arn:aws:s3:::b/${aws:username}/*"),
        is_now=NO,
    ),
    one(
        "no variables in the old version",
        call(resource="arn:aws:s3:::b/LiJuan/x"),
        allow(resource="arn:aws:s3:::b/${aws:username}/*"),
        is_now=NO,
        version="2008-10-17",
    ),
    one(
        "no variables without a version",
        call(resource="arn:aws:s3:::b/LiJuan/x"),
        allow(resource="arn:aws:s3:::b/${aws:username}/*"),
        is_now=NO,
        version=None,
    ),
    one(
        "literal text in the old version",
        call(resource="arn:aws:s3:::b/${aws:username}/x"),
        allow(resource="arn:aws:s3:::b/${aws:username}/*"),
        is_now=YES,
        version="2008-10-17",
    ),
    one(
        "a role has no user name",
        call(resource="arn:aws:s3:::b/Deploy/x", who={"AWS": ROLE}),
        allow(resource="arn:aws:s3:::b/${aws:username}/*"),
        is_now=NO,
    ),
    one(
        "a default",
        call(resource="arn:aws:s3:::b/none/x"),
        allow(resource="arn:aws:s3:::b/${aws:PrincipalTag/team, 'none'}/*"),
        is_now=YES,
    ),
    one(
        "a default gives way",
        with_keys({TAG: "red"}, resource="arn:aws:s3:::b/none/x"),
        allow(resource="arn:aws:s3:::b/${aws:PrincipalTag/team, 'none'}/*"),
        is_now=NO,
    ),
    one(
        "a variable in a condition",
        with_keys({TAG: "red", "s3:prefix": "red"}),
        allow(condition={"StringEquals": {"s3:prefix": "${aws:PrincipalTag/team}"}}),
        is_now=YES,
    ),
    one(
        "a variable that brings a star brings no wildcard",
        with_keys({TAG: "*", "s3:prefix": "red"}),
        allow(condition={"StringLike": {"s3:prefix": "${aws:PrincipalTag/team}"}}),
        is_now=NO,
    ),
    one(
        "a Deny whose variable has no value does not apply",
        call(who={"AWS": ROLE}),
        allow(),
        deny(resource="arn:aws:s3:::amzn-s3-demo-bucket/${aws:username}*"),
        is_now=YES,
    ),
    one("the dollar itself", call(resource="arn:aws:s3:::b/$"), allow(resource="arn:aws:s3:::b/${$}"), is_now=YES),
]

ROLES = [
    many("the trust policy names the user", assume(), ("trust", policy(lets({"AWS": USER}))), is_now=YES),
    many(
        "a user's name has case",
        assume(USER.replace("LiJuan", "lijuan")),
        ("trust", policy(lets({"AWS": USER}))),
        is_now=NO,
    ),
    many("a path is part of the name", assume(PATHED), ("trust", policy(lets({"AWS": USER}))), is_now=NO),
    many("the account needs a policy", assume(), ("trust", policy(lets({"AWS": ROOT}))), is_now=NO),
    many("the account with a policy", assume(), ("trust", policy(lets({"AWS": ROOT}))), ("identity", MAY), is_now=YES),
    many("the bare id is the account", assume(), ("trust", policy(lets({"AWS": OWN}))), ("identity", MAY), is_now=YES),
    many(
        "a policy alone is not enough", assume(), ("trust", policy(lets({"AWS": ALIEN}))), ("identity", MAY), is_now=NO
    ),
    many(
        "a policy for another role",
        assume(),
        ("trust", policy(lets({"AWS": ROOT}))),
        ("identity", policy(allow(AS, TARGET + "x"))),
        is_now=NO,
    ),
    many(
        "a policy's deny counts",
        assume(),
        ("trust", policy(lets({"AWS": USER}))),
        ("identity", policy(deny(AS, "*"))),
        is_now=DENY,
    ),
    many(
        "a trust policy's deny counts",
        assume(),
        ("trust", policy(lets({"AWS": ROOT}), bars({"AWS": USER}))),
        ("identity", MAY),
        is_now=DENY,
    ),
    many("a session is its role", assume(SESSION), ("trust", policy(lets({"AWS": ROLE}))), is_now=YES),
    many("one session alone", assume(SESSION), ("trust", policy(lets({"AWS": SESSION}))), is_now=YES),
    many("another session", assume(SESSION + "2"), ("trust", policy(lets({"AWS": SESSION}))), is_now=NO),
    many(
        "across accounts both sides",
        assume(ALIEN),
        ("trust", policy(lets({"AWS": ALIEN}))),
        ("identity", MAY),
        is_now=YES,
    ),
    many(
        "across accounts the name alone is not enough",
        assume(ALIEN),
        ("trust", policy(lets({"AWS": ALIEN}))),
        is_now=NO,
    ),
    many(
        "across accounts the account",
        assume(ALIEN),
        ("trust", policy(lets({"AWS": OTHER}))),
        ("identity", MAY),
        is_now=YES,
    ),
    many(
        "across accounts everybody", assume(ALIEN), ("trust", policy(lets({"AWS": "*"}))), ("identity", MAY), is_now=YES
    ),
    many("across accounts everybody with a policy", assume(ALIEN), ("trust", policy(lets({"AWS": "*"}))), is_now=NO),
    many(
        "a user's boundary is no bar where it is named",
        assume(),
        ("trust", policy(lets({"AWS": USER}))),
        ("boundary", policy(allow("s3:*"))),
        is_now=YES,
    ),
    many(
        "a boundary's deny is one",
        assume(),
        ("trust", policy(lets({"AWS": USER}))),
        ("boundary", policy(deny(AS), allow("*"))),
        is_now=DENY,
    ),
    many(
        "a role's boundary is a bar",
        assume(ROLE),
        ("trust", policy(lets({"AWS": ROLE}))),
        ("boundary", policy(allow("s3:*"))),
        is_now=NO,
    ),
    many(
        "a session that is named passes its boundary",
        assume(SESSION),
        ("trust", policy(lets({"AWS": SESSION}))),
        ("boundary", policy(allow("s3:*"))),
        is_now=YES,
    ),
    many(
        "a session policy bars a role",
        assume(SESSION),
        ("trust", policy(lets({"AWS": ROLE}))),
        ("session", policy(allow("s3:*"))),
        is_now=NO,
    ),
    many(
        "a session policy that allows",
        assume(SESSION),
        ("trust", policy(lets({"AWS": ROLE}))),
        ("session", MAY),
        is_now=YES,
    ),
    many(
        "the account and a boundary that does not allow",
        assume(),
        ("trust", policy(lets({"AWS": ROOT}))),
        ("identity", MAY),
        ("boundary", policy(allow("s3:*"))),
        is_now=NO,
    ),
    many(
        "the account and a boundary that allows",
        assume(),
        ("trust", policy(lets({"AWS": ROOT}))),
        ("identity", MAY),
        ("boundary", ALL),
        is_now=YES,
    ),
    many("an SCP that allows", assume(), ("trust", policy(lets({"AWS": USER}))), FULL, is_now=YES),
    many(
        "an SCP that does not",
        assume(),
        ("trust", policy(lets({"AWS": USER}))),
        ("scp", policy(allow("s3:*"))),
        is_now=NO,
    ),
    many(
        "an SCP that denies",
        assume(),
        ("trust", policy(lets({"AWS": USER}))),
        FULL,
        ("scp", policy(deny(AS))),
        is_now=DENY,
    ),
    many(
        "an RCP that denies",
        assume(),
        ("trust", policy(lets({"AWS": USER}))),
        ("rcp", policy({**bars("*"), "Resource": "*"})),
        is_now=DENY,
    ),
    many(
        "an RCP that denies strangers spares members",
        assume(context={"aws:PrincipalOrgID": "o-a1b2c3d4e5"}),
        ("trust", policy(lets({"AWS": USER}))),
        ("rcp", policy({**bars("*", {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}), "Resource": "*"})),
        is_now=YES,
    ),
    many(
        "a service",
        assume({"Service": "ec2.amazonaws.com"}),
        ("trust", policy(lets({"Service": "ec2.amazonaws.com"}))),
        is_now=YES,
    ),
    many(
        "another service",
        assume({"Service": "lambda.amazonaws.com"}),
        ("trust", policy(lets({"Service": "ec2.amazonaws.com"}))),
        is_now=NO,
    ),
    many(
        "an SCP is nothing to a service",
        assume({"Service": "ec2.amazonaws.com"}),
        ("trust", policy(lets({"Service": "ec2.amazonaws.com"}))),
        ("scp", policy(deny("*"))),
        is_now=YES,
    ),
    many(
        "a service for another account's resource",
        assume({"Service": "sns.amazonaws.com"}, context={"aws:SourceAccount": OTHER}),
        ("trust", policy(lets({"Service": "sns.amazonaws.com"}, {"StringEquals": {"aws:SourceAccount": OWN}}))),
        is_now=NO,
    ),
    many(
        "an external id",
        assume(ALIEN, context={"sts:ExternalId": "abc-1"}),
        ("trust", policy(lets({"AWS": OTHER}, {"StringEquals": {"sts:ExternalId": "abc-1"}}))),
        ("identity", MAY),
        is_now=YES,
    ),
    many(
        "no external id",
        assume(ALIEN),
        ("trust", policy(lets({"AWS": OTHER}, {"StringEquals": {"sts:ExternalId": "abc-1"}}))),
        ("identity", MAY),
        is_now=NO,
    ),
    many(
        "an external id with another case",
        assume(ALIEN, context={"sts:ExternalId": "ABC-1"}),
        ("trust", policy(lets({"AWS": OTHER}, {"StringEquals": {"sts:externalid": "abc-1"}}))),
        ("identity", MAY),
        is_now=NO,
    ),
    many(
        "MFA that a long-lived key does not have",
        assume(),
        ("trust", policy(lets({"AWS": USER}, {"Bool": {"aws:MultiFactorAuthPresent": "true"}}))),
        is_now=NO,
    ),
    many(
        "MFA",
        assume(context={"aws:MultiFactorAuthPresent": "true"}),
        ("trust", policy(lets({"AWS": USER}, {"Bool": {"aws:MultiFactorAuthPresent": "true"}}))),
        is_now=YES,
    ),
    many(
        "a workflow of the repository",
        assume({"Federated": GITHUB}, "sts:AssumeRoleWithWebIdentity", {SUB: "repo:org/app:ref:refs/heads/main"}),
        (
            "trust",
            policy(
                lets({"Federated": GITHUB}, {"StringLike": {SUB: "repo:org/app:*"}}, "sts:AssumeRoleWithWebIdentity")
            ),
        ),
        is_now=YES,
    ),
    many(
        "a workflow of a repository with such a beginning",
        assume(
            {"Federated": GITHUB}, "sts:AssumeRoleWithWebIdentity", {SUB: "repo:org/application:ref:refs/heads/main"}
        ),
        (
            "trust",
            policy(
                lets({"Federated": GITHUB}, {"StringLike": {SUB: "repo:org/app*"}}, "sts:AssumeRoleWithWebIdentity")
            ),
        ),
        is_now=YES,
    ),
    many(
        "a workflow of another repository",
        assume({"Federated": GITHUB}, "sts:AssumeRoleWithWebIdentity", {SUB: "repo:org/other:ref:refs/heads/main"}),
        (
            "trust",
            policy(
                lets({"Federated": GITHUB}, {"StringLike": {SUB: "repo:org/app:*"}}, "sts:AssumeRoleWithWebIdentity")
            ),
        ),
        is_now=NO,
    ),
    many(
        "a token with the wrong call",
        assume({"Federated": GITHUB}, AS),
        ("trust", policy(lets({"Federated": GITHUB}, None, AS))),
        is_now=NO,
    ),
    many(
        "an assertion",
        assume({"Federated": SAML}, "sts:AssumeRoleWithSAML", {"SAML:aud": "https://signin.aws.amazon.com/saml"}),
        (
            "trust",
            policy(
                lets(
                    {"Federated": SAML},
                    {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
                    "sts:AssumeRoleWithSAML",
                )
            ),
        ),
        is_now=YES,
    ),
    many(
        "another provider",
        assume({"Federated": SAML + "2"}, "sts:AssumeRoleWithSAML"),
        ("trust", policy(lets({"Federated": SAML}, None, "sts:AssumeRoleWithSAML"))),
        is_now=NO,
    ),
    many("the root user never", assume(ROOT), ("trust", policy(lets({"AWS": ROOT}))), is_now=NO),
    many("sts:* covers the call", assume(), ("trust", policy(lets({"AWS": USER}, None, "sts:*"))), is_now=YES),
    many(
        "tags need their own call", assume(action="sts:TagSession"), ("trust", policy(lets({"AWS": USER}))), is_now=NO
    ),
    many(
        "tags with their call",
        assume(action="sts:TagSession"),
        ("trust", policy(lets({"AWS": USER}, None, [AS, "sts:TagSession"]))),
        is_now=YES,
    ),
    many(
        "a deleted principal's id", assume(), ("trust", policy(lets({"AWS": "AIDACKCEVSQ6C2EXAMPLE"}))), is_now=UNKNOWN
    ),
    many(
        "the id is this user's",
        assume({"AWS": USER, "unique_id": "AIDACKCEVSQ6C2EXAMPLE"}),
        ("trust", policy(lets({"AWS": "AIDACKCEVSQ6C2EXAMPLE"}))),
        is_now=YES,
    ),
    many(
        "the id is another's",
        assume({"AWS": USER, "unique_id": "AIDACKCEVSQ6C2EXAMPLF"}),
        ("trust", policy(lets({"AWS": "AIDACKCEVSQ6C2EXAMPLE"}))),
        is_now=NO,
    ),
    many(
        "PrincipalArn of another role",
        assume(ROLE),
        ("trust", policy(lets({"AWS": OWN}, {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/ci-*"}}))),
        ("identity", MAY),
        is_now=NO,
    ),
    many(
        "PrincipalArn of this role's session",
        assume(SESSION),
        ("trust", policy(lets({"AWS": OWN}, {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/De*"}}))),
        ("identity", MAY),
        is_now=YES,
    ),
    many(
        "an organization's member",
        assume(ALIEN, context={"aws:PrincipalOrgID": "o-a1b2c3d4e5"}),
        ("trust", policy(lets("*", {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}))),
        ("identity", MAY),
        is_now=YES,
    ),
    many(
        "no member",
        assume(ALIEN),
        ("trust", policy(lets({"AWS": "*"}, {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}))),
        ("identity", MAY),
        is_now=NO,
    ),
    many(
        "an organizational unit",
        assume(ALIEN, context={"aws:PrincipalOrgPaths": ["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"]}),
        (
            "trust",
            policy(
                lets(
                    {"AWS": "*"},
                    {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"}},
                )
            ),
        ),
        ("identity", MAY),
        is_now=YES,
    ),
]

READ_KEY = {"kms:CallerAccount": OWN}
DEFAULT_KEY = policy(grants({"AWS": ROOT}, "kms:*"))
RESOURCES = [
    many(
        "the caller's policy alone",
        call("sqs:SendMessage", QUEUE),
        ("identity", policy(allow("sqs:*"))),
        ("resource-policy", policy(grants({"AWS": ALIEN}, "sqs:*"))),
        is_now=YES,
    ),
    many(
        "the queue's policy alone, by name",
        call("sqs:SendMessage", QUEUE),
        ("resource-policy", policy(grants({"AWS": USER}, "sqs:SendMessage"))),
        is_now=YES,
    ),
    many(
        "the queue's policy names the account",
        call("sqs:SendMessage", QUEUE),
        ("resource-policy", policy(grants({"AWS": ROOT}, "sqs:SendMessage"))),
        is_now=NO,
    ),
    many(
        "the queue's policy denies",
        call("sqs:SendMessage", QUEUE),
        ("identity", ALL),
        ("resource-policy", policy({**grants("*", "sqs:*"), "Effect": "Deny"})),
        is_now=DENY,
    ),
    many(
        "the queue's policy names everybody",
        call("sqs:SendMessage", QUEUE),
        ("resource-policy", policy(grants("*", "sqs:SendMessage"))),
        is_now=YES,
    ),
    many(
        "neither of them",
        call("sqs:SendMessage", QUEUE),
        ("identity", policy(allow("s3:*"))),
        ("resource-policy", policy(grants({"AWS": USER}, "sqs:ReceiveMessage"))),
        is_now=NO,
    ),
    many(
        "another resource of the policy",
        call("sqs:SendMessage", QUEUE),
        ("resource-policy", policy(grants({"AWS": USER}, "sqs:*", QUEUE + "-2"))),
        is_now=NO,
    ),
    many(
        "a user passes its boundary where it is named",
        call("sqs:SendMessage", QUEUE),
        ("boundary", policy(allow("s3:*"))),
        ("resource-policy", policy(grants({"AWS": USER}, "sqs:*"))),
        is_now=YES,
    ),
    many(
        "the boundary bars what the user's policies allow",
        call("sqs:SendMessage", QUEUE),
        ("identity", policy(allow("sqs:*"))),
        ("boundary", policy(allow("s3:*"))),
        ("resource-policy", policy(grants({"AWS": ROOT}, "sqs:*"))),
        is_now=NO,
    ),
    many(
        "a role does not pass its boundary",
        call("sqs:SendMessage", QUEUE, {"AWS": SESSION}),
        ("boundary", policy(allow("s3:*"))),
        ("resource-policy", policy(grants({"AWS": ROLE}, "sqs:*"))),
        is_now=NO,
    ),
    many(
        "a role does not pass a session policy",
        call("sqs:SendMessage", QUEUE, {"AWS": SESSION}),
        ("session", policy(allow("s3:*"))),
        ("resource-policy", policy(grants({"AWS": ROLE}, "sqs:*"))),
        is_now=NO,
    ),
    many(
        "a session that is named passes both",
        call("sqs:SendMessage", QUEUE, {"AWS": SESSION}),
        ("session", policy(allow("s3:*"))),
        ("boundary", policy(allow("s3:*"))),
        ("resource-policy", policy(grants({"AWS": SESSION}, "sqs:*"))),
        is_now=YES,
    ),
    many(
        "a boundary's deny counts for all",
        call("sqs:SendMessage", QUEUE, {"AWS": SESSION}),
        ("boundary", policy(deny("sqs:*"), allow("*"))),
        ("resource-policy", policy(grants({"AWS": SESSION}, "sqs:*"))),
        is_now=DENY,
    ),
    many(
        "an SCP bars what the resource's policy allows",
        call("sqs:SendMessage", QUEUE),
        ("scp", policy(allow("s3:*"))),
        ("resource-policy", policy(grants({"AWS": USER}, "sqs:*"))),
        is_now=NO,
    ),
    many(
        "across accounts both",
        call("sqs:SendMessage", QUEUE, {"AWS": ALIEN}),
        ("identity", policy(allow("sqs:*"))),
        ("resource-policy", policy(grants({"AWS": OTHER}, "sqs:*"))),
        is_now=YES,
    ),
    many(
        "across accounts the resource's alone",
        call("sqs:SendMessage", QUEUE, {"AWS": ALIEN}),
        ("resource-policy", policy(grants({"AWS": ALIEN}, "sqs:*"))),
        is_now=NO,
    ),
    many(
        "across accounts the caller's alone",
        call("sqs:SendMessage", QUEUE, {"AWS": ALIEN}),
        ("identity", ALL),
        ("resource-policy", policy(grants({"AWS": USER}, "sqs:*"))),
        is_now=NO,
    ),
    many(
        "across accounts everybody",
        call("sqs:SendMessage", QUEUE, {"AWS": ALIEN}),
        ("identity", ALL),
        ("resource-policy", policy(grants("*", "sqs:*"))),
        is_now=YES,
    ),
    many(
        "across accounts a boundary bars",
        call("sqs:SendMessage", QUEUE, {"AWS": ALIEN}),
        ("identity", ALL),
        ("boundary", policy(allow("s3:*"))),
        ("resource-policy", policy(grants({"AWS": ALIEN}, "sqs:*"))),
        is_now=NO,
    ),
    many(
        "across accounts without the resource's policy",
        call("sqs:SendMessage", QUEUE, {"AWS": ALIEN}),
        ("identity", ALL),
        is_now=UNKNOWN,
    ),
    many(
        "a service sends",
        call("sqs:SendMessage", QUEUE, {"Service": "sns.amazonaws.com"}, aws__SourceArn=TOPIC),
        (
            "resource-policy",
            policy(
                grants(
                    {"Service": "sns.amazonaws.com"}, "sqs:SendMessage", QUEUE, {"ArnEquals": {"aws:SourceArn": TOPIC}}
                )
            ),
        ),
        is_now=YES,
    ),
    many(
        "a service sends for another topic",
        call("sqs:SendMessage", QUEUE, {"Service": "sns.amazonaws.com"}, aws__SourceArn=TOPIC + "x"),
        (
            "resource-policy",
            policy(
                grants(
                    {"Service": "sns.amazonaws.com"}, "sqs:SendMessage", QUEUE, {"ArnEquals": {"aws:SourceArn": TOPIC}}
                )
            ),
        ),
        is_now=NO,
    ),
    many(
        "a service calls a function",
        call("lambda:InvokeFunction", FUNCTION, {"Service": "s3.amazonaws.com"}, aws__SourceAccount=OWN),
        (
            "resource-policy",
            policy(
                grants(
                    {"Service": "s3.amazonaws.com"},
                    "lambda:InvokeFunction",
                    FUNCTION,
                    {"StringEquals": {"aws:SourceAccount": OWN}},
                )
            ),
        ),
        is_now=YES,
    ),
    many(
        "a secret by its policy",
        call("secretsmanager:GetSecretValue", SECRET, {"AWS": ROLE}),
        ("resource-policy", policy(grants({"AWS": ROLE}, "secretsmanager:GetSecretValue"))),
        is_now=YES,
    ),
    many(
        "a topic for subscribers of another account",
        call("sns:Subscribe", TOPIC, {"AWS": ALIEN_ROLE}),
        ("identity", policy(allow("sns:Subscribe"))),
        ("resource-policy", policy(grants({"AWS": OTHER}, "sns:Subscribe", TOPIC))),
        is_now=YES,
    ),
    many(
        "anybody reads a bucket",
        call(who={"anonymous": True}),
        ("resource-policy", policy(grants("*", "s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket/*"))),
        is_now=YES,
    ),
    many(
        "nobody without credentials",
        call(who={"anonymous": True}),
        ("resource-policy", policy(grants({"AWS": USER}, "s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket/*"))),
        is_now=NO,
    ),
    many(
        "a bucket without TLS",
        with_keys({"aws:SecureTransport": "false"}),
        ("identity", ALL),
        (
            "resource-policy",
            policy({**grants("*", "s3:*", "*", {"Bool": {"aws:SecureTransport": "false"}}), "Effect": "Deny"}),
        ),
        is_now=DENY,
    ),
    many(
        "whose bucket it is does not matter where both allow",
        call(),
        ("identity", ALL),
        ("resource-policy", policy(grants({"AWS": USER}, "s3:GetObject"))),
        is_now=YES,
    ),
    many(
        "whose bucket it is matters where one allows",
        call(),
        ("resource-policy", policy(grants({"AWS": USER}, "s3:GetObject"))),
        is_now=UNKNOWN,
    ),
    many(
        "the bucket is the caller's account's",
        call(),
        ("account", OWN),
        ("resource-policy", policy(grants({"AWS": USER}, "s3:GetObject"))),
        is_now=YES,
    ),  # type: ignore[arg-type]  # an option's text
    many(
        "the bucket is another account's",
        call(),
        ("account", OTHER),
        ("resource-policy", policy(grants({"AWS": USER}, "s3:GetObject"))),
        is_now=NO,
    ),  # type: ignore[arg-type]  # an option's text
    many(
        "an RCP denies strangers",
        call("sqs:SendMessage", QUEUE, {"AWS": ALIEN}, aws__PrincipalOrgID="o-bbbbbbbbbb"),
        ("identity", ALL),
        ("resource-policy", policy(grants("*", "sqs:*"))),
        (
            "rcp",
            policy(
                {
                    **grants("*", "sqs:*", "*", {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-aaaaaaaaaa"}}),
                    "Effect": "Deny",
                }
            ),
        ),
        is_now=DENY,
    ),
    many(
        "a key and the caller's policy",
        call("kms:Decrypt", KEY),
        ("identity", policy(allow("kms:Decrypt"))),
        ("resource-policy", DEFAULT_KEY),
        is_now=YES,
    ),
    many(
        "a key that enables no policies",
        call("kms:Decrypt", KEY),
        ("identity", policy(allow("kms:Decrypt"))),
        ("resource-policy", policy(grants({"AWS": ROLE}, "kms:*"))),
        is_now=NO,
    ),
    many("the default key policy alone", call("kms:Decrypt", KEY), ("resource-policy", DEFAULT_KEY), is_now=NO),
    many(
        "a key policy that names the user",
        call("kms:Decrypt", KEY),
        ("resource-policy", policy(grants({"AWS": USER}, "kms:Decrypt"))),
        is_now=YES,
    ),
    many(
        "a key policy that enables policies for other calls",
        call("kms:Decrypt", KEY),
        ("identity", ALL),
        ("resource-policy", policy(grants({"AWS": ROOT}, "kms:Describe*"))),
        is_now=NO,
    ),
    many(
        "the root user needs the key policy",
        call("kms:Decrypt", KEY, {"AWS": ROOT}),
        ("resource-policy", policy(grants({"AWS": ROLE}, "kms:*"))),
        is_now=NO,
    ),
    many(
        "the root user with the key policy",
        call("kms:Decrypt", KEY, {"AWS": ROOT}),
        ("resource-policy", DEFAULT_KEY),
        is_now=YES,
    ),
    many(
        "a key for another account",
        call("kms:Decrypt", KEY, {"AWS": ALIEN}),
        ("identity", policy(allow("kms:Decrypt"))),
        ("resource-policy", policy(grants({"AWS": OTHER}, "kms:Decrypt"))),
        is_now=YES,
    ),
    many(
        "a key for another account without its policy",
        call("kms:Decrypt", KEY, {"AWS": ALIEN}),
        ("resource-policy", policy(grants({"AWS": OTHER}, "kms:Decrypt"))),
        is_now=NO,
    ),
    many(
        "a key within the account only",
        call("kms:Decrypt", KEY, kms__CallerAccount=OWN),
        ("resource-policy", policy(grants({"AWS": "*"}, "kms:Decrypt", "*", {"StringEquals": READ_KEY}))),
        is_now=YES,
    ),
    many(
        "the root user of the queue's account",
        call("sqs:DeleteQueue", QUEUE, {"AWS": ROOT}),
        ("resource-policy", policy(grants({"AWS": ALIEN}, "sqs:*"))),
        is_now=YES,
    ),
    many(
        "the root user is denied too",
        call("sqs:DeleteQueue", QUEUE, {"AWS": ROOT}),
        ("resource-policy", policy({**grants("*", "sqs:*"), "Effect": "Deny"})),
        is_now=DENY,
    ),
    many(
        "a Deny that spares by ARN",
        call("sqs:SendMessage", QUEUE, {"AWS": SESSION}),
        ("identity", ALL),
        (
            "resource-policy",
            policy({**grants("*", "sqs:*", "*", {"ArnNotEquals": {"aws:PrincipalArn": ROLE}}), "Effect": "Deny"}),
        ),
        is_now=YES,
    ),
    many(
        "a Deny that does not spare",
        call("sqs:SendMessage", QUEUE),
        ("identity", ALL),
        (
            "resource-policy",
            policy({**grants("*", "sqs:*", "*", {"ArnNotEquals": {"aws:PrincipalArn": ROLE}}), "Effect": "Deny"}),
        ),
        is_now=DENY,
    ),
]


@pytest.mark.parametrize(("request_", "given", "is_now"), [*GENERAL, *CONDITIONS, *VARIABLES, *ROLES, *RESOURCES])
def test_the_decision_is_the_one_that_the_guide_gives(
    request_: Json,
    given: list[tuple[str, Any]],
    is_now: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("request.json").write_text(json.dumps(request_), encoding="utf-8")
    arguments = ["decide", "request.json", "-o", "json"]
    for number, (option, value) in enumerate(given):
        name = value
        if not isinstance(value, str):
            name = f"{option}-{number}.json"
            Path(name).write_text(json.dumps(value), encoding="utf-8")
        arguments += [f"--{option}", name]
    code = run(arguments)
    shown = capsys.readouterr()
    assert shown.out, shown.err
    answer = json.loads(shown.out)
    assert (answer["decision"], answer["because"] and code) == (is_now, {YES: 0, UNKNOWN: 3}.get(is_now, 1)), answer
