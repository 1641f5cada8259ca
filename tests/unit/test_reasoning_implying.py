"""What lies within what, whatever policy variables stand for: some examples, and a law against the evaluation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lictor_plugins.reasoning.evaluation import decide
from lictor_plugins.reasoning.implying import implies, is_resource_within
from lictor_plugins.reasoning.model import Condition, Policy, Principal, Request, Statement
from lictor_plugins.reasoning.rules import Rule

B = "arn:aws:s3:::b/"
USER, TEAM = "${aws:username}", "${aws:PrincipalTag/team}"


@pytest.mark.parametrize(
    ("pattern", "wanted", "expected"),
    [
        (f"{B}{USER}/x/*", f"{B}{USER}/*", True),
        (f"{B}{USER}/*", f"{B}{USER}/x/*", False),
        (f"{B}{USER}/*", f"{B}*/*", True),
        (f"{B}{USER}/*", f"{B}?*/*", False),
        (f"{B}alice/*", f"{B}{USER}/*", False),
        (f"{B}{USER}/*", f"{B}{TEAM}/*", False),
        (f"{B}{USER}/{TEAM}", f"{B}{USER}/*", True),
        (f"{B}${{aws:PrincipalTag/team}}/*", f"{B}${{aws:PrincipalTag/team, 'all'}}/*", True),
        (f"{B}${{aws:PrincipalTag/team, 'all'}}/*", f"{B}${{aws:PrincipalTag/team}}/*", False),
        ("arn:aws:sqs:eu-west-1:${aws:PrincipalAccount}:q", "arn:aws:sqs:*:${aws:PrincipalAccount}:*", True),
        # A tag may hold colons, and the parts of the ARN are others then.
        ("arn:aws:sqs:${aws:PrincipalTag/region}:111122223333:q", "arn:aws:sqs:*:*:q", False),
        (f"{B}{USER}/${{AWS::Region}}/a", f"{B}{USER}/*", False),
        (f"{B}{USER}/a", "*", True),
    ],
)
def test_a_pattern_lies_within_another_one_whoever_calls(pattern: str, wanted: str, expected: bool) -> None:
    assert is_resource_within(pattern, wanted) is expected


PIECES = st.sampled_from([USER, TEAM, "${aws:PrincipalTag/team, 'a'}", "*", "?", "a", "b", "/", ":", "${*}"])
PATTERNS = st.lists(PIECES, min_size=1, max_size=4)
PAIRS = st.one_of(
    st.tuples(PATTERNS, PATTERNS),
    # A pattern with some of its pieces loosened, so that the one often lies within the other.
    PATTERNS.flatmap(
        lambda pieces: st.tuples(st.just(pieces), st.tuples(*(st.sampled_from([piece, "*", "?"]) for piece in pieces)))
    ),
)
TEXTS = st.text("ab/:*", max_size=3)


def applies(pattern: str, resource: str, context: dict[str, str]) -> str:
    statement = Statement(0, "Allow", actions=("s3:GetObject",), resources=(pattern,))
    caller = Principal("AWS", "arn:aws:iam::111122223333:role/app")
    return decide([Policy("identity", (statement,))], Request(caller, "s3:GetObject", resource, context)).outcome


@given(PAIRS, TEXTS, TEXTS, st.lists(st.text("ab/:*", max_size=4), min_size=3, max_size=8))
def test_what_lies_within_is_covered_whatever_the_variables_are(
    pair: tuple[list[str], list[str]], user: str, team: str, resources: list[str]
) -> None:
    pattern, wanted = map("".join, pair)
    if not is_resource_within(B + pattern, B + wanted):
        return
    for context in ({"aws:username": user, "aws:principaltag/team": team}, {"aws:username": user}, {}):
        filled = pattern.replace(USER, user).replace(TEAM, team).replace("${aws:PrincipalTag/team, 'a'}", team or "a")
        near = [filled.replace("${*}", "*"), filled.replace("${*}", "*").replace("?", "a"), *resources]
        for text in near:
            if applies(B + pattern, B + text, context) == "allow":
                assert applies(B + wanted, B + text, context) == "allow"


def rule(*conditions: Condition, **more: object) -> Rule:
    statement = Statement(0, "Allow", actions=("s3:GetObject",), resources=(f"{B}{USER}/*",), conditions=conditions)
    return Rule(statement._replace(**more), has_variables=True, kind="identity")  # type: ignore[arg-type]  # any field


def test_a_statement_implies_another_one_by_every_element() -> None:
    mfa = Condition("Bool", "aws:multifactorauthpresent", ("true",))
    assert implies(rule(mfa), rule())
    assert not implies(rule(), rule(mfa))
    assert implies(rule(), rule(actions=("s3:Get*",)))
    assert not implies(rule(actions=("s3:Get*",)), rule())
    assert not implies(rule(), rule(actions=None, not_actions=("iam:*",)))
    assert not implies(rule(doubt="who knows"), rule())
    either = Condition("StringEquals", "aws:requesttag/a", ("x", "y"))
    assert implies(rule(either._replace(values=("x",))), rule(either))
    assert not implies(rule(either), rule(either._replace(values=("x",))))
    neither = either._replace(operator="StringNotEquals")
    assert implies(rule(neither), rule(neither._replace(values=("x",))))
    assert not implies(rule(neither._replace(values=("x",))), rule(neither))
    assert not implies(rule(either), rule(either._replace(if_exists=True)))
    assert implies(rule(either._replace(values=("a*",))), rule(either._replace(operator="StringLike", values=("a*",))))


def test_principals_must_be_among_those_of_the_other_statement() -> None:
    one, two = Principal("AWS", "111122223333"), Principal("AWS", "444455556666")
    assert implies(rule(principals=(one,)), rule(principals=(one, two)))
    assert not implies(rule(principals=(one, two)), rule(principals=(one,)))
    assert not implies(rule(), rule(principals=(one,)))
    assert not implies(rule(not_principals=(one,)), rule(not_principals=(two,)))
