"""The functions for queries that ship."""

import fnmatch
import importlib.util
import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lictor_plugins.functions import register_functions
from lictor_plugins.functions.globs import glob_match
from lictor_plugins.functions.guards import guard
from lictor_plugins.functions.iam import arn_match, arn_part, iam_action_match
from lictor_plugins.functions.regexes import regex_match
from lictor_plugins.functions.texts import lower, replace, split, trim, upper
from lictor_plugins.kinds.aws_iam.intrinsics import Template
from lictor_plugins.kinds.aws_iam.normalise import normalise

HAS_RE2 = importlib.util.find_spec("re2") is not None


@settings(max_examples=200)
@given(st.text("ab*?", max_size=8), st.text("ab", max_size=10))
def test_globs_match_as_the_standard_library_matches_them(pattern: str, value: str) -> None:
    assert glob_match(pattern, value) == fnmatch.fnmatchcase(value, pattern)


def test_a_hostile_glob_costs_nothing() -> None:
    start = time.perf_counter()
    assert not glob_match("*a" * 28 + "b", "a" * 60)
    assert time.perf_counter() - start < 0.05


def test_brackets_and_line_ends_stand_for_themselves() -> None:
    assert glob_match("[a]*", "[a]\nb")
    assert not glob_match("[a]", "a")


def test_actions_match_in_any_case() -> None:
    assert iam_action_match("IAM:pass*", "iam:PassRole")
    assert not iam_action_match("iam:Get*", "iam:PassRole")


def test_a_star_in_an_arn_stays_within_its_part() -> None:
    assert not arn_match("arn:aws:iam::*", "arn:aws:iam::111122223333:role/a")
    assert arn_match("arn:aws:s3:::a*", "arn:aws:s3:::a:b:c")


@pytest.mark.parametrize(
    ("pattern", "part", "expected"),
    [
        ("*", "service", "*"),
        ("arn:aws:iam::*", "resource", "*"),
        ("arn:aws:iam::111122223333:role/x", "account", "111122223333"),
        ("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*", "account", "${AWS::AccountId}"),
        ("bucket", "account", ""),
        ("*", "nonsense", ""),
    ],
)
def test_a_part_of_an_arn_pattern_is_what_its_star_may_stand_for(pattern: str, part: str, expected: str) -> None:
    assert arn_part(pattern, part) == expected


@pytest.mark.skipif(HAS_RE2, reason="google-re2 runs these in linear time")
@pytest.mark.parametrize("pattern", ["(a+)+$", "(a*)*", "((a|b)*c)*", "(a{2,9}){3,}"])
def test_a_repeat_within_a_repeat_is_refused_with_a_hint(pattern: str) -> None:
    with pytest.raises(ValueError, match=re.escape("pip install lictor[re2]")):
        regex_match(pattern, "a")


@pytest.mark.parametrize("pattern", ["(a)\\1", "a(?=b)", "(?<!a)b", "(", "a" * 1001])
def test_what_no_engine_runs_safely_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"regular expression|looks back|longer"):
        regex_match(pattern, "a")


def test_regular_expressions_match_anywhere_unless_told_otherwise() -> None:
    assert regex_match("b", "abc")
    assert not regex_match("^b$", "abc")
    assert regex_match("^(ab?)?c{2}$", "acc")


def test_text_changes_case_and_loses_space() -> None:
    assert (lower("aB"), upper("aB"), trim(" a ")) == ("ab", "AB", "a")


def test_a_deny_that_misses_the_call_or_the_caller_guards_nothing() -> None:
    allow = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
    for deny, expected in (
        ({"Principal": "*", "Action": "sts:TagSession"}, "none"),
        ({"Principal": {"AWS": "111122223333"}, "Action": "sts:*"}, "none"),
        ({"Principal": "*", "NotAction": "sts:TagSession"}, "unknown"),
        ({"NotPrincipal": {"AWS": "111122223333"}, "Action": "*"}, "unknown"),
    ):
        value = normalise({"Statement": [allow, {"Effect": "Deny", **deny}]}, Template())
        assert guard(value["statements"][0], value["statements"]) == expected


def test_a_deny_that_misses_what_is_allowed_guards_nothing() -> None:
    allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": ORG}},
    }
    for allowed, denied, expected in (
        ({"Resource": "arn:aws:s3:::b/*"}, {"Resource": "arn:aws:s3:::b/*"}, "identity"),
        ({"Resource": "arn:aws:s3:::b/*"}, {"Resource": "arn:aws:s3:::b/orders/*"}, "none"),
        ({"Resource": "arn:aws:s3:::b/*"}, {"NotResource": "arn:aws:s3:::b/public/*"}, "unknown"),
        ({"NotResource": "arn:aws:s3:::b/x"}, {"Resource": "arn:aws:s3:::b/*"}, "none"),
        ({"NotResource": "arn:aws:s3:::b/x"}, {"Resource": "*"}, "identity"),
    ):
        value = normalise({"Statement": [{**allow, **allowed}, {**deny, **denied}]}, Template())
        assert guard(value["statements"][0], value["statements"]) == expected
    everything_but = {"Effect": "Allow", "Principal": "*", "NotAction": "s3:PutObject", "Resource": "*"}
    value = normalise({"Statement": [everything_but, {**deny, "Resource": "*"}]}, Template())
    assert guard(value["statements"][0], value["statements"]) == "none"


def test_empty_separators_are_no_trouble() -> None:
    assert split("ab", "") == ["a", "b"]
    assert replace("ab", "", "x") == "ab"


def test_every_function_takes_what_it_says() -> None:
    for function in register_functions():
        assert function.title
        assert function.call.__code__.co_argcount == len(function.parameters)


def guard_of(condition: Any, deny: Any = None) -> str:
    statements = [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole", "Condition": condition}]
    if deny is not None:
        statements.append({"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sts:*", "Condition": deny})
    value = normalise({"Statement": statements}, Template())
    return guard(value["statements"][0], value["statements"])


ORG = "o-a1b2c3d4e5"
ROLE = "arn:aws:iam::111122223333:role/Deploy-*"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, "none"),
        ({"StringEquals": {"aws:PrincipalOrgID": ORG}}, "identity"),
        ({"stringequals": {"AWS:PRINCIPALORGID": [ORG, "o-b1b2c3d4e5"]}}, "identity"),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": ORG}}, "none"),
        ({"StringNotEquals": {"aws:PrincipalOrgID": ORG}}, "none"),
        ({"ForAllValues:StringEquals": {"aws:PrincipalOrgID": ORG}}, "none"),
        ({"ForAllValues:StringEquals": {"aws:PrincipalOrgID": ORG}, "Null": {"aws:PrincipalOrgID": False}}, "identity"),
        ({"StringLike": {"aws:PrincipalOrgID": "*"}}, "none"),
        ({"StringLike": {"aws:PrincipalOrgID": [ORG, "o-*"]}}, "none"),
        ({"Null": {"aws:PrincipalOrgID": "false"}}, "none"),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": ORG}, "Null": {"aws:PrincipalOrgID": "false"}}, "identity"),
        ({"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}}, "none"),
        ({"IpAddress": {"aws:SourceIp": ["2001:db8::/16"]}}, "none"),
        ({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "2001:db8::/32"]}}, "network"),
        ({"StringLike": {"aws:userId": ["AROAEXAMPLEID12345:*", "111122223333"]}}, "identity"),
        ({"StringLike": {"aws:userId": ["*:bob"]}}, "none"),
        ({"StringEquals": {"s3:DataAccessPointAccount": "111122223333"}}, "identity"),
        ({"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}}, "network"),
        ({"StringEquals": {"aws:PrincipalAccount": "111122223333"}}, "identity"),
        ({"StringLike": {"aws:PrincipalAccount": "1111*"}}, "none"),
        ({"ArnLike": {"aws:PrincipalArn": ROLE}}, "identity"),
        ({"StringLike": {"aws:PrincipalArn": ROLE}}, "identity"),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Deploy"}}, "none"),
        ({"ArnLike": {"aws:PrincipalArn": [ROLE, "*"]}}, "none"),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORG}/r-1/*"}}, "identity"),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "*/r-1/*"}}, "none"),
        ({"StringLike": {"aws:PrincipalOrgPaths": f"{ORG}/*"}}, "unknown"),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::bucket"}}, "identity"),
        ({"StringEquals": {"sts:ExternalId": "x"}}, "none"),
        ({"Bool": {"aws:MultiFactorAuthPresent": True}}, "none"),
        ({"StringEquals": {"aws:PrincipalTag/team": "blue"}}, "none"),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, "network"),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"]}}, "none"),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, "network"),
        ({"StringEquals": {"acme:Team": "blue"}}, "unknown"),
        ({"StringEquals": {"acme:Team": "blue", "aws:PrincipalOrgID": ORG}}, "identity"),
        ({"StringEquals": {"aws:PrincipalOrgID": []}}, "unknown"),
        ({"NumericEquals": {"aws:PrincipalAccount": "111122223333"}}, "unknown"),
        ({"StringEquals": {"aws:PrincipalAccount": "${aws:PrincipalAccount}"}}, "unknown"),
        ({"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}}, "identity"),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::${aws:PrincipalAccount}:role/x"}}, "unknown"),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::${AWS::AccountId}:role/x"}}, "identity"),
    ],
)
def test_a_condition_is_judged_by_what_it_means(condition: Any, expected: str) -> None:
    assert guard_of(condition) == expected


@pytest.mark.parametrize(
    ("deny", "expected"),
    [
        ({"StringNotEquals": {"aws:PrincipalOrgID": ORG}}, "identity"),
        ({"StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORG}}, "identity"),
        ({"StringNotEquals": {"aws:PrincipalOrgID": ORG}, "Bool": {"aws:PrincipalIsAWSService": "false"}}, "identity"),
        ({"StringNotLike": {"aws:PrincipalOrgID": "*"}}, "none"),
        ({"StringEquals": {"aws:PrincipalOrgID": ORG}}, "none"),
        ({"Bool": {"aws:MultiFactorAuthPresent": "false"}}, "none"),
        ({"StringNotEquals": {"aws:PrincipalOrgID": ORG, "acme:Team": "blue"}}, "unknown"),
        ({"StringNotEquals": {"acme:Team": "blue"}}, "unknown"),
        ({}, "identity"),
    ],
)
def test_a_deny_for_everyone_outside_is_a_guard(deny: Any, expected: str) -> None:
    assert guard_of({}, deny) == expected
