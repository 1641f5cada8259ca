"""What a statement changes and who of whom gets in, as queries ask it: known answers and questions not asked."""

from typing import Any

import pytest

from lictor_plugins.functions.callers import account_witness, external_id_witness, member_witness
from lictor_plugins.functions.effects import (
    absence_witness,
    is_redundant,
    is_satisfiable,
    is_subsumed,
    other_value_witness,
    undenied_witness,
)
from lictor_plugins.functions.networks import is_narrow_network
from lictor_plugins.functions.reasoning import stranger_witness
from lictor_plugins.kinds.aws_iam.intrinsics import Template
from lictor_plugins.kinds.aws_iam.normalise import normalise
from lictor_plugins.reasoning import questions
from lictor_plugins.reasoning.model import Answer

OWN, OTHER, ORG = "111122223333", "444455556666", "o-a1b2c3d4e5"
EXTERNAL, MFA = "sts:ExternalId", "aws:MultiFactorAuthPresent"
Json = dict[str, Any]


def policy(*statements: Json) -> Json:
    return normalise({"Version": "2012-10-17", "Statement": list(statements)}, Template())


def trust(principal: Any = "*", condition: Json | None = None, effect: str = "Allow") -> Json:
    named = {"AWS": principal} if isinstance(principal, str) else principal
    statement: Json = {"Effect": effect, "Principal": named, "Action": "sts:AssumeRole"}
    return {**statement, "Condition": condition} if condition else statement


def grant(condition: Json | None = None, effect: str = "Allow", action: Any = "s3:*", resource: str = "*") -> Json:
    statement = {"Effect": effect, "Action": action, "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        (None, "yes"),
        ({"StringEquals": {EXTERNAL: "7d1f"}}, "no"),
        ({"StringEquals": {EXTERNAL: "*"}}, "no"),
        ({"StringEqualsIfExists": {EXTERNAL: "7d1f"}}, "yes"),
        ({"StringLike": {EXTERNAL: "*"}}, "yes"),
        ({"StringLike": {EXTERNAL: "acme-*"}}, "no"),
        ({"StringNotEquals": {EXTERNAL: "7d1f"}}, "yes"),
        ({"Null": {EXTERNAL: "true"}}, "yes"),
        ({"StringEquals": {EXTERNAL: {"Ref": "Contract"}}}, "no"),
        ({"StringEquals": {"aws:PrincipalOrgID": ORG}}, "no"),
    ],
)
def test_people_of_another_account_need_the_external_id_that_was_agreed_on(condition: Json | None, answer: str) -> None:
    assert external_id_witness(policy(trust(OTHER, condition)), 0, OTHER)["answer"] == answer


def test_an_account_counts_only_where_somebody_of_it_gets_in() -> None:
    both = {"AWS": [OTHER, "777788889999"]}
    value = policy(trust(both, {"StringEquals": {"aws:PrincipalAccount": OTHER}}))
    answers = [account_witness(value, 0, account, [OWN], [])["answer"] for account in (OTHER, "777788889999")]
    assert answers == ["yes", "no"]
    member = policy(trust(OTHER, {"StringEquals": {"aws:PrincipalOrgID": ORG}}))
    assert account_witness(member, 0, OTHER, [OWN], [ORG])["answer"] == "no"


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ({"StringEquals": {"aws:PrincipalOrgID": ORG}}, "yes"),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORG}/*"}}, "yes"),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORG}/r-ab12/ou-ab12-11111111/*"}}, "no"),
        ({"StringEquals": {"aws:PrincipalOrgID": ORG, "aws:PrincipalTag/team": "blue"}}, "no"),
        ({"StringEquals": {"aws:PrincipalOrgID": ORG, "aws:PrincipalAccount": OWN}}, "no"),
        (None, "no"),
    ],
)
def test_a_whole_organization_is_let_in_where_nothing_else_is_asked(condition: Json | None, answer: str) -> None:
    assert member_witness(policy(trust("*", condition)), 0)["answer"] == answer


def test_without_their_tags_strangers_are_kept_out_by_a_tag() -> None:
    for condition, answer in (
        ({"StringEquals": {"aws:PrincipalTag/team": "blue"}}, "no"),
        ({"StringEqualsIfExists": {"aws:PrincipalTag/team": "blue"}}, "yes"),
    ):
        assert stranger_witness(policy(trust("*", condition)), 0, "untagged")["answer"] == answer


def test_a_dead_statement_names_the_conditions_that_contradict_each_other() -> None:
    dead = {
        "StringEquals": {"aws:PrincipalOrgID": ORG, "aws:RequestedRegion": "eu-west-1"},
        "StringLike": {"aws:PrincipalOrgID": "o-b1*"},
    }
    told = is_satisfiable(policy(grant(dead)), 0)
    assert (told["answer"], told["conflicts"]) == ("no", ["aws:principalorgid"])
    assert is_satisfiable(policy(grant({"StringEquals": {"aws:PrincipalOrgID": ORG}})), 0)["answer"] == "yes"
    sent = {"StringEquals": {EXTERNAL: "7d1f"}}
    assert is_satisfiable(policy(trust({"Service": "cognito-idp.amazonaws.com"}, sent)), 0)["answer"] == "yes"
    assert is_satisfiable(policy(trust({"Service": "ses.amazonaws.com"}, sent)), 0)["answer"] == "unknown"


def test_of_two_statements_that_say_the_same_the_first_is_kept() -> None:
    value = policy(grant(action="s3:GetObject"), grant(action="S3:getobject"), grant(action="s3:PutObject"))
    assert [is_redundant(value, index)["answer"] for index in range(3)] == ["no", "yes", "no"]
    assert is_subsumed(value, 1)["by"] == 0
    assert is_subsumed(value, 2) == {"answer": "no", "by": None, "because": None}


def test_two_statements_together_make_a_third_needless_and_none_of_them_covers_it() -> None:
    value = policy(grant(action="s3:Get*"), grant(action="s3:Put*"), grant(action=["s3:GetObject", "s3:PutObject"]))
    assert is_redundant(value, 2)["answer"] == "yes"
    assert is_subsumed(value, 2)["answer"] == "no"


@pytest.mark.parametrize(
    ("condition", "others", "answer"),
    [
        ({"BoolIfExists": {MFA: "true"}}, [], "yes"),
        ({"Bool": {MFA: "true"}}, [], "no"),
        ({"BoolIfExists": {MFA: "true"}, "Null": {MFA: "false"}}, [], "no"),
        ({"BoolIfExists": {MFA: "true"}}, [grant({"Null": {MFA: "true"}}, "Deny")], "no"),
        ({"BoolIfExists": {MFA: "true"}}, [grant()], "no"),
        ({"BoolIfExists": {MFA: "true"}}, [grant(action="ec2:*")], "yes"),
    ],
)
def test_a_weak_condition_matters_where_a_request_without_the_key_is_let_through(
    condition: Json, others: list[Json], answer: str
) -> None:
    assert absence_witness(policy(grant(condition), *others), 0, MFA.lower())["answer"] == answer


def test_a_star_matters_where_a_value_that_nobody_named_is_let_through() -> None:
    key = "aws:principalorgid"
    for more, answer in (({}, "yes"), ({"StringEquals": {"aws:PrincipalOrgID": ORG}}, "no")):
        value = policy(grant({"StringLike": {"aws:PrincipalOrgID": "*"}, **more}))
        assert other_value_witness(value, 0, key)["answer"] == answer


def test_a_deny_is_missed_without_the_key_unless_another_one_sees_to_it() -> None:
    weak, absent = grant({"Bool": {MFA: "false"}}, "Deny"), grant({"Null": {MFA: "true"}}, "Deny")
    assert undenied_witness(policy(weak), 0, MFA.lower())["answer"] == "yes"
    assert undenied_witness(policy(weak, absent), 0, MFA.lower())["answer"] == "no"
    # A trust policy says alone who gets in: where only those with MFA are let in the Deny need not do it.
    refused = trust("*", {"Bool": {MFA: "false"}}, "Deny")
    open_, shut = trust(OWN), trust(OWN, {"Bool": {MFA: "true"}})
    answers = [undenied_witness(policy(refused, each), 0, MFA.lower())["answer"] for each in (open_, shut)]
    assert answers == ["yes", "no"]


def test_no_question_is_asked_where_nothing_can_contradict_or_cover(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> Answer:
        pytest.fail("a question was asked")

    for name in ("is_satisfiable", "is_redundant", "outside_access"):
        monkeypatch.setattr(questions, name, never)
    value = policy(grant({"StringEquals": {"aws:RequestTag/team": "blue"}}), grant(action="ec2:*"))
    assert is_satisfiable(value, 0)["answer"] == "yes"
    assert [is_redundant(value, index)["answer"] for index in range(2)] == ["no", "no"]
    pinned = policy(trust("*", {"StringEquals": {"aws:PrincipalOrgID": ORG}}))
    assert stranger_witness(pinned, 0, "caller")["answer"] == "no"


@pytest.mark.parametrize(
    ("key", "values", "expected"),
    [
        ("aws:sourceip", ["10.0.0.0/8", "2001:db8::/32"], True),
        ("aws:sourceip", ["2001:db8::/16"], False),
        ("aws:sourceip", [], False),
        ("aws:sourcevpce", ["vpce-*"], False),
        ("elasticfilesystem:accessedviamounttarget", ["true"], True),
        ("elasticfilesystem:accessedviamounttarget", ["false"], False),
        ("aws:principalorgid", [ORG], False),
    ],
)
def test_a_network_is_narrow_when_it_is_less_than_the_internet(key: str, values: list[str], expected: bool) -> None:
    assert is_narrow_network(key, values) is expected
