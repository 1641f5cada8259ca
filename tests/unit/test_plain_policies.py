"""The short way for plain statements says what the long way says, and puts every part where the long way puts it."""

from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lictor import Path
from lictor_plugins.kinds.aws_iam.intrinsics import Template
from lictor_plugins.kinds.aws_iam.normalise import normalise, source_of
from lictor_plugins.kinds.aws_iam.places import Places
from lictor_plugins.kinds.aws_iam.plain import is_plain_policy, plain_statement

TEXT = st.sampled_from(
    [
        "*",
        "",
        "sts:AssumeRole",
        "111122223333",
        "arn:aws:iam::111122223333:role/team/r",
        "arn:aws:iam::111122223333:root",
        "arn:aws:sts::111122223333:assumed-role/a/b",
        "arn:aws:iam::111122223333:oidc-provider/a.b",
        "ec2.amazonaws.com",
        "${Name}",
        "arn:aws:iam::${AWS::AccountId}:root",
        "${aws:username}",
        "{{resolve:ssm:x}}",
        "false",
    ]
)
ODD = st.sampled_from([None, True, 7, [], {}, [1], ["a", None], {"Ref": "X"}, {"Fn::If": ["c", "a", "b"]}, [["a"]]])
VALUES = st.one_of(TEXT, st.lists(TEXT, min_size=1, max_size=3))
KEYS = st.sampled_from(["aws:PrincipalOrgID", "sts:ExternalId", "a.b:sub", "Ref", "AWS:PRINCIPALORGID"])
OPERATORS = st.sampled_from(["StringEquals", "StringLikeIfExists", "Null", "ForAnyValue:StringLike", "Odd", "Ref"])


def mostly(plain: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 15).flatmap(lambda number: ODD if number == 0 else plain)


TYPES = st.sampled_from(["AWS", "Service", "Federated", "CanonicalUser", "aws", "Ref"])
PRINCIPALS = mostly(st.one_of(st.just("*"), TEXT, st.dictionaries(TYPES, mostly(VALUES), min_size=1, max_size=3)))
CONDITIONS = mostly(
    st.dictionaries(OPERATORS, mostly(st.dictionaries(KEYS, mostly(VALUES), min_size=1, max_size=3)), max_size=3)
)
STATEMENT = mostly(
    st.fixed_dictionaries(
        {},
        optional={
            "Sid": mostly(TEXT),
            "Effect": mostly(st.sampled_from(["Allow", "Deny", "allow"])),
            "Principal": PRINCIPALS,
            "NotPrincipal": PRINCIPALS,
            "Action": mostly(VALUES),
            "Resource": mostly(VALUES),
            "NotAction": mostly(VALUES),
            "Condition": CONDITIONS,
            "action": mostly(VALUES),
        },
    )
)
POLICY = mostly(
    st.fixed_dictionaries(
        {"Statement": st.one_of(STATEMENT, st.lists(STATEMENT, max_size=3))},
        optional={"Version": mostly(TEXT), "Id": mostly(TEXT), "Name": TEXT},
    )
)
ROLES = st.sampled_from([None, {"name": "r", "arn": None, "account": "111122223333", "path": None}])


def paths_of(value: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    for key, member in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from paths_of(member, (*path, key))


@settings(max_examples=300)
@given(POLICY, ROLES)
def test_both_ways_give_the_same_value(policy: Any, role: dict[str, Any] | None) -> None:
    by_table = normalise(policy, Template(), role=role, places=Places(is_recording=True))  # never takes the short way
    short = normalise(policy, Template(), role=role)
    assert short == by_table
    assert list(paths_of(short)) == list(paths_of(by_table))


@settings(max_examples=300)
@given(POLICY)
def test_both_ways_give_the_same_places(policy: Any) -> None:
    places = Places(is_recording=True)
    value = normalise(policy, Template(), places=places, base=("x", 0))
    plain: set[int] = set()
    normalise(policy, Template(), plain=plain)
    source = source_of(policy, Template(), ("x", 0), None, plain)
    for path in paths_of(value):
        beyond = (*path, 99)
        assert source(path) == places.find(path, ("x", 0))
        assert source(beyond) == places.find(beyond, ("x", 0))


def test_what_most_statements_look_like_is_plain() -> None:
    statement = {
        "Sid": "A",
        "Effect": "Allow",
        "Principal": {"AWS": ["arn:aws:iam::111122223333:root"], "Service": "ec2.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {"StringEquals": {"sts:ExternalId": ["a", "b"]}, "Null": {"sts:ExternalId": "false"}},
    }
    assert is_plain_policy({"Version": "2012-10-17", "Statement": [statement]})
    assert plain_statement(statement, 0, None) is not None
    plain: set[int] = set()
    normalise({"Statement": [statement, {"Effect": "allow"}, statement]}, Template(), plain=plain)
    assert plain == {0, 2}


def test_what_a_template_leaves_open_is_not_plain() -> None:
    assert plain_statement({"Action": {"Ref": "Actions"}}, 0, None) is None
    assert plain_statement({"Resource": "{{resolve:ssm:bucket}}"}, 0, None) is None
    assert plain_statement({"Effect": "allow"}, 0, None) is None
