"""Requests as people write them: read, refused with a hint, and written again."""

from typing import Any

import pytest

from lictor import LictorError
from lictor_plugins.reasoning.model import Principal, Request
from lictor_plugins.reasoning.principals import ANONYMOUS
from lictor_plugins.reasoning.requests import read_request, request_json

USER = "arn:aws:iam::111122223333:user/LiJuan"
WHOLE = {
    "principal": {"AWS": USER, "unique_id": "AIDAEXAMPLEID12345678"},
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::b/k",
    "context": {"aws:SourceIp": "203.0.113.7", "aws:TagKeys": ["a", "b"], "Secure": True, "count": 3},
}


def problems_of(data: Any) -> str:
    with pytest.raises(LictorError) as raised:
        read_request(data)
    assert all(problem.code == "bad-request" and problem.hint for problem in raised.value.problems)
    return "; ".join(problem.message for problem in raised.value.problems)


def test_a_request_is_read_with_its_keys_in_lower_case() -> None:
    assert read_request(WHOLE) == Request(
        Principal("AWS", USER, "AIDAEXAMPLEID12345678"),
        "s3:GetObject",
        "arn:aws:s3:::b/k",
        {"aws:sourceip": "203.0.113.7", "aws:tagkeys": ("a", "b"), "secure": "true", "count": "3"},
    )


def test_a_request_that_is_written_reads_the_same() -> None:
    request = read_request(WHOLE)
    assert read_request(request_json(request)) == request
    small = read_request({"principal": {"Service": "ec2.amazonaws.com"}, "action": "sts:AssumeRole"})
    assert "resource" not in request_json(small)
    assert read_request(request_json(small)) == small


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"principal": USER}, "one caller"),
        ({"principal": {}}, "one caller"),
        ({"principal": {"AWS": USER, "Service": "ec2.amazonaws.com"}}, "one caller"),
        ({"principal": {"AWS": USER, "id": "x"}}, "one caller"),
        ({"principal": {"AWS": "*"}}, "no AWS principal that can call"),
        ({"principal": {"AWS": [USER]}}, "no AWS principal that can call"),
        ({"principal": {"AWS": "arn:aws:iam::111122223333:group/staff"}}, "no AWS principal that can call"),
        ({"principal": {"Service": "*.amazonaws.com"}}, "no Service principal that can call"),
        ({"action": "AssumeRole"}, "expected one action with its service, found 'AssumeRole'"),
        ({"action": "sts:*"}, "expected one action"),
        ({"action": ["sts:AssumeRole"]}, "expected one action"),
        ({"action": None}, "expected one action with its service, found nothing"),
        ({"resource": "bucket"}, "expected the ARN of a resource"),
        ({"resource": ["*"]}, "expected the ARN of a resource"),
        ({"context": ["a"]}, "the context should be an object"),
        (
            {"context": {"a:b": None}},
            "expected text, a number, true or false, or a list of them, as the value of 'a:b'",
        ),
        ({"context": {"a:b": ["x", {}]}}, "expected text, a number, true or false, or a list of them"),
        ({"context": {"a:b": "x", "A:B": "y"}}, "the key 'A:B' is there twice"),
        ({"contxt": {}}, "a request has no 'contxt'"),
    ],
)
def test_what_no_call_can_have_is_refused(change: dict[str, Any], expected: str) -> None:
    assert expected in problems_of({**WHOLE, **change})


def test_everything_that_is_wrong_is_said_at_once() -> None:
    assert problems_of({"principal": 1, "action": 2, "context": 3}).count(";") == 2
    assert problems_of([]) == "a request is an object"


def test_an_anonymous_request_is_read_and_written() -> None:
    data = {"principal": {"anonymous": True}, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k", "context": {}}
    request = read_request(data)
    assert request.principal == ANONYMOUS
    assert request_json(request) == data
    assert "one caller" in problems_of({**data, "principal": {"anonymous": False}})
    assert "one caller" in problems_of({**data, "principal": {"anonymous": True, "AWS": USER}})
