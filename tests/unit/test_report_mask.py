"""Secrets are covered, what stands around them is not, and no line changes its length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lictor.report import mask_secrets
from lictor.report.mask import mask_message


@pytest.mark.parametrize(
    ("source", "masked"),
    [
        ('"sts:ExternalId": "abc"', '"sts:ExternalId": "***"'),
        ('"sts:ExternalId": ["abc", "d"], "b": "c"', '"sts:ExternalId": ["***", "*"], "b": "c"'),
        ('"sts:ExternalId": [\n  "abc",\n  "d"\n]', '"sts:ExternalId": [\n  "***",\n  "*"\n]'),
        ("sts:ExternalId: abc # why", "sts:ExternalId: *** # why"),
        ("sts:ExternalId:\n  - abc\n  - d\nAction: x", "sts:ExternalId:\n  - ***\n  - *\nAction: x"),
        ("ExternalId = 'it''s'", "ExternalId = '*****'"),
        (r"{\"sts:ExternalId\": \"abc\"}", r"{\"sts:ExternalId\": \"***\"}"),
        ('external_id = "abc"', 'external_id = "***"'),
        ('"SecretAccessKey": "a/b+c"', '"SecretAccessKey": "*****"'),
        ("aws_session_token=FwoG", "aws_session_token=****"),
        ("key AKIAIOSFODNN7EXAMPLE, ASIAIOSFODNN7EXAMPLE", "key AKIA****************, ASIA****************"),
        ('"Principal": "*", "Action": "sts:AssumeRole"', '"Principal": "*", "Action": "sts:AssumeRole"'),
    ],
)
def test_source_lines_are_shown_without_their_secrets(source: str, masked: str) -> None:
    assert mask_secrets(source) == masked


@pytest.mark.parametrize(
    ("message", "masked"),
    [
        ("external id 'abc' is easy to guess", "external id '***' is easy to guess"),
        ("no external id: statement 0 trusts 'acme'", "no external id: statement 0 trusts 'acme'"),
        ("the key AKIAIOSFODNN7EXAMPLE", "the key AKIA****************"),
    ],
)
def test_messages_keep_their_words(message: str, masked: str) -> None:
    assert mask_message(message) == masked


@given(st.lists(st.sampled_from(["ExternalId", ":", " ", "\n", '"', "'", "\\", "[", "]", ",", "- ", "ab", "AKIA" * 4])))
def test_every_line_keeps_its_length(parts: list[str]) -> None:
    text = "".join(parts)
    assert [len(line) for line in mask_secrets(text).split("\n")] == [len(line) for line in text.split("\n")]
