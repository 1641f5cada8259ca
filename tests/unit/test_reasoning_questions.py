"""Known answers: who gets in by a trust policy, what a change newly allows, dead and needless statements."""

from typing import Any

import pytest
from written_policies import OWN, written

from lictor_plugins.reasoning.evaluation import decide
from lictor_plugins.reasoning.keys import derived_keys
from lictor_plugins.reasoning.model import Condition, Policy, PolicyKind, Principal, Statement, Trusted
from lictor_plugins.reasoning.questions import allows, is_redundant, is_satisfiable, new_access, outside_access
from lictor_plugins.reasoning.wording import request_text

OTHER, ORG = "444455556666", "o-aaaaaaaaaa"
TRUSTED = Trusted(frozenset({OWN}), frozenset(), frozenset({ORG}))
ASSUME, WEB = "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"
GITHUB = "token.actions.githubusercontent.com"
PROVIDER = {"Federated": f"arn:aws:iam::{OWN}:oidc-provider/{GITHUB}"}
ANYONE = {"AWS": "*"}


def policy(*statements: dict[str, Any], kind: PolicyKind = "trust", account: str = OWN) -> Policy:
    return written(kind, *statements, account=account)


def trusting(
    principal: dict[str, Any], condition: dict[str, Any] | None = None, action: str = ASSUME
) -> dict[str, Any]:
    return {"Principal": principal, "Action": action, "Condition": condition or {}}


def token(condition: dict[str, Any]) -> dict[str, Any]:
    return trusting(PROVIDER, condition, WEB)


SUB = f"{GITHUB}:sub"
ROWS = {
    "star": ([trusting(ANYONE)], "yes"),
    "the own organization": ([trusting(ANYONE, {"StringEquals": {"aws:PrincipalOrgID": ORG}})], "no"),
    "a network alone": ([trusting(ANYONE, {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})], "yes"),
    "a service": ([trusting({"Service": "ec2.amazonaws.com"})], "no"),
    "an inverted organization": ([trusting(ANYONE, {"StringNotEquals": {"aws:PrincipalOrgID": ORG}})], "yes"),
    "an organization if it exists": ([trusting(ANYONE, {"StringEqualsIfExists": {"aws:PrincipalOrgID": ORG}})], "yes"),
    "any organization": ([trusting(ANYONE, {"StringLike": {"aws:PrincipalOrgID": "*"}})], "yes"),
    "a role of any account": ([trusting(ANYONE, {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/A"}})], "yes"),
    "a role of the account": (
        [trusting(ANYONE, {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/*"}})],
        "no",
    ),
    "closed by a Deny": (
        [
            trusting(ANYONE),
            {**trusting(ANYONE, {"StringNotEquals": {"aws:PrincipalOrgID": ORG}}), "Effect": "Deny"},
        ],
        "no",
    ),
    "a contradiction": ([trusting({"AWS": OTHER}, {"StringEquals": {"aws:PrincipalAccount": OWN}})], "no"),
    "any external id": ([trusting({"AWS": OTHER}, {"StringLike": {"sts:ExternalId": "*"}})], "yes"),
    "a token without subject": ([token({"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}})], "yes"),
    "a subject for all values": (
        [token({"ForAllValues:StringEquals": {SUB: "repo:org/app:ref:refs/heads/main"}})],
        "yes",
    ),
    "any repository": ([token({"StringLike": {SUB: "repo:*"}})], "yes"),
    "an owner without a slash": ([token({"StringLike": {SUB: "repo:org*"}})], "yes"),
    "one bad value of several": ([token({"StringLike": {SUB: ["repo:org/app:*", "*"]}})], "yes"),
    "a subject if it exists": ([token({"StringLikeIfExists": {SUB: "repo:org/app:*"}})], "yes"),
    "a pinned repository": ([token({"StringLike": {SUB: "repo:org/app:*"}})], "no"),
    "a pinned repository id": ([token({"StringEquals": {f"{GITHUB}:repository_id": "1234"}})], "no"),
    "another provider's key": ([token({"StringLike": {"gitlab.com:sub": "project_path:a/b:*"}})], "no"),
    "another provider's key, negated": ([token({"StringNotLike": {"gitlab.com:sub": "project_path:a/b:*"}})], "yes"),
    "the wrong call": ([trusting(PROVIDER)], "no"),
    "a private issuer": (
        [trusting({"Federated": f"arn:aws:iam::{OWN}:oidc-provider/login.example.com"}, action=WEB)],
        "no",
    ),
    "a provider of another account": (
        [trusting({"Federated": f"arn:aws:iam::{OTHER}:saml-provider/Corp"}, action="sts:AssumeRoleWithSAML")],
        "yes",
    ),
    "accounts that begin alike": ([trusting(ANYONE, {"StringLike": {"aws:PrincipalAccount": "1111*"}})], "yes"),
    "organization paths": (
        [trusting(ANYONE, {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORG}/*"}})],
        "no",
    ),
    "organization paths for all values": (
        [trusting(ANYONE, {"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": f"{ORG}/*"}})],
        "yes",
    ),
    "only tagging": ([trusting(ANYONE, action="sts:TagSession")], "no"),
}


@pytest.mark.parametrize(("statements", "verdict"), ROWS.values(), ids=ROWS)
def test_outside_access_is_decided(statements: list[dict[str, Any]], verdict: str) -> None:
    one = policy(*statements)
    answer = outside_access(one, TRUSTED)
    assert answer.verdict == verdict, answer
    if verdict == "yes":
        assert decide([one], answer.witness).outcome == "allow"
        assert answer.statements == (0,)


def test_nobody_calls_as_an_instance() -> None:
    trust = policy(trusting({"AWS": f"arn:aws:ec2:us-east-1:{OWN}:instance/i-1"}))
    assert outside_access(trust, TRUSTED).verdict == "no"


def test_a_witness_reads_like_a_request() -> None:
    answer = outside_access(policy(token({"StringLike": {SUB: "repo:org*"}})), TRUSTED)
    assert request_text(answer.witness) == (
        f"arn:aws:iam::{OWN}:oidc-provider/{GITHUB} calls {WEB}"
        f" with {SUB} = repo:org-stranger/some-repo:ref:refs/heads/main"
    )
    star = outside_access(policy(trusting(ANYONE)), TRUSTED)
    assert request_text(star.witness) == f"arn:aws:iam::999988887777:role/any-role calls {ASSUME}"


def test_without_an_own_account_who_is_named_is_trusted() -> None:
    named = policy(trusting({"AWS": f"arn:aws:iam::{OTHER}:root"}), account="")
    assert outside_access(named).verdict == "no"
    assert outside_access(policy(trusting(ANYONE), account="")).verdict == "yes"
    assert outside_access(named, TRUSTED).verdict == "yes"


def test_the_symbol_of_the_own_account_is_the_own_account() -> None:
    own = policy(trusting({"AWS": "arn:aws:iam::${AWS::AccountId}:root"}), account="")
    assert outside_access(own, TRUSTED).verdict == "no"
    assert outside_access(own).verdict == "no"


def test_an_unresolved_principal_is_to_blame() -> None:
    answer = outside_access(policy(trusting({"AWS": "${Partner}"})), TRUSTED)
    assert answer.verdict == "unknown"
    assert "${Partner}" in answer.because


def test_one_statement_is_asked_alone_with_all_denies() -> None:
    one = policy(trusting({"AWS": OWN}), trusting(ANYONE), trusting({"AWS": OTHER}))
    assert [outside_access(one, TRUSTED, statement=index).verdict for index in range(3)] == ["no", "yes", "yes"]
    shut = policy(trusting(ANYONE), {**trusting(ANYONE), "Effect": "Deny"})
    assert outside_access(shut, TRUSTED, statement=0, ways=["aws"]).verdict == "no"


def test_a_service_that_acts_for_a_stranger_is_a_question_of_its_own() -> None:
    open_one = policy(trusting({"Service": "sns.amazonaws.com"}))
    pinned = policy(trusting({"Service": "sns.amazonaws.com"}, {"StringEquals": {"aws:SourceAccount": OWN}}))
    by_arn = policy(
        trusting({"Service": "sns.amazonaws.com"}, {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{OWN}:*"}})
    )
    assert outside_access(open_one, TRUSTED).verdict == "no"
    assert outside_access(open_one, TRUSTED, ways=["service"]).verdict == "yes"
    assert outside_access(pinned, TRUSTED, ways=["service"]).verdict == "no"
    assert outside_access(by_arn, TRUSTED, ways=["service"]).verdict == "no"


def test_branches_that_exclude_each_other_never_come_together() -> None:
    one = policy(
        {**trusting(ANYONE), "choice": "0.Fn::If.1"},
        {**trusting(ANYONE), "Effect": "Deny", "choice": "0.Fn::If.1"},
        {**trusting({"AWS": OWN}), "choice": "0.Fn::If.2"},
    )
    assert outside_access(one, TRUSTED).verdict == "no"
    assert outside_access(one._replace(statements=one.statements[::2]), TRUSTED).verdict == "yes"


def test_a_policy_with_doubts_is_never_proved_closed() -> None:
    one = policy(trusting({"AWS": OWN}))._replace(doubts=("'${More}' is not known",))
    assert outside_access(one, TRUSTED).verdict == "unknown"
    assert new_access(None, one).verdict != "no"


def permitting(
    action: Any, resource: Any = "*", condition: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    return {"Action": action, "Resource": resource, "Condition": condition or {}, **more}


def grants(*statements: dict[str, Any]) -> Policy:
    return policy(*statements, kind="identity")


CHANGES = {
    "another action": (permitting("s3:GetObject"), permitting(["s3:GetObject", "s3:PutObject"]), "yes"),
    "an action inside a pattern": (permitting("s3:*"), permitting(["s3:*", "s3:PutObject"]), "no"),
    "actions in another case": (permitting("s3:GetObject"), permitting("S3:getobject"), "no"),
    "a wider resource": (permitting("s3:*", "arn:aws:s3:::b/a*"), permitting("s3:*", "arn:aws:s3:::b/*"), "yes"),
    "a narrower resource": (permitting("s3:*", "arn:aws:s3:::b/*"), permitting("s3:*", "arn:aws:s3:::b/a*"), "no"),
    "two patterns that make up one": (
        permitting("s3:*", "arn:aws:s3:::b*"),
        permitting("s3:*", ["arn:aws:s3:::b", "arn:aws:s3:::b?*"]),
        "no",
    ),
    "a variable widened": (
        permitting("s3:*", "arn:aws:s3:::b/${aws:username}/*"),
        permitting("s3:*", "arn:aws:s3:::b/*"),
        "yes",
    ),
    "a star narrowed to a variable": (
        permitting("s3:*", "arn:aws:s3:::b/*"),
        permitting("s3:*", "arn:aws:s3:::b/${aws:username}/*"),
        "no",
    ),
    "one variable for another": (
        permitting("s3:*", "arn:aws:s3:::b/${aws:username}"),
        permitting("s3:*", "arn:aws:s3:::b/${aws:PrincipalTag/team}"),
        "yes",
    ),
    "a condition dropped": (
        permitting("s3:*", condition={"Bool": {"aws:SecureTransport": "true"}}),
        permitting("s3:*"),
        "yes",
    ),
    "a smaller network": (
        permitting("s3:*", condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
        permitting("s3:*", condition={"IpAddress": {"aws:SourceIp": ["10.0.0.0/9", "10.128.0.0/9"]}}),
        "no",
    ),
    "a later date": (
        permitting("s3:*", condition={"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}),
        permitting("s3:*", condition={"DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}}),
        "yes",
    ),
    "a region star in a smaller pattern": (
        permitting("ec2:*", "arn:aws:ec2:*:*:instance/*"),
        permitting("ec2:*", "arn:aws:ec2:eu-west-1:*:instance/*"),
        "no",
    ),
    "two tags instead of one": (
        permitting("s3:*", condition={"ForAllValues:StringEquals": {"aws:TagKeys": ["a"]}}),
        permitting("s3:*", condition={"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}),
        "yes",
    ),
    "case that counts no more": (
        permitting("s3:*", condition={"StringEquals": {"aws:RequestTag/t": "Red"}}),
        permitting("s3:*", condition={"StringEqualsIgnoreCase": {"aws:RequestTag/t": "red"}}),
        "yes",
    ),
    "case that counts again": (
        permitting("s3:*", condition={"StringEqualsIgnoreCase": {"aws:RequestTag/t": "red"}}),
        permitting(
            "s3:*",
            condition={"StringLike": {"aws:RequestTag/t": "R[eE]d"}, "StringEquals": {"aws:RequestTag/t": "Red"}},
        ),
        "no",
    ),
}


@pytest.mark.parametrize(("old", "new", "verdict"), CHANGES.values(), ids=CHANGES)
def test_what_a_change_newly_allows_is_decided(old: dict[str, Any], new: dict[str, Any], verdict: str) -> None:
    before, after = grants(old), grants(new)
    answer = new_access(before, after)
    assert answer.verdict == verdict, answer
    if verdict == "yes":
        assert decide([after], answer.witness).outcome == "allow"
        assert decide([before], answer.witness).outcome == "implicit_deny"


def test_a_deny_that_goes_newly_allows() -> None:
    deny = permitting("s3:Put*", "arn:aws:s3:::b/${aws:username}/*", Effect="Deny")
    answer = new_access(grants(permitting("s3:*"), deny), grants(permitting("s3:*")))
    assert answer.verdict == "yes"
    assert answer.witness.action.lower().startswith("s3:put")


def test_a_variable_in_a_deny_is_never_taken_for_any_text() -> None:
    """A Deny on `${aws:username}` leaves everybody else's folder open."""
    deny = permitting("s3:*", "arn:aws:s3:::b/${aws:username}/*", Effect="Deny")
    left_out = {"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::b/${aws:username}/*"}
    open_folder = grants(permitting("s3:*", "arn:aws:s3:::b/*"), deny)
    assert allows(open_folder, resource="arn:aws:s3:::b/eve/x").verdict == "yes"
    assert allows(grants(permitting("s3:*"), left_out)).verdict == "yes"


def test_session_tagging_is_an_access_of_its_own() -> None:
    old, new = (
        policy(trusting({"AWS": OTHER})),
        policy(trusting({"AWS": OTHER}), trusting({"AWS": OTHER}, action="sts:TagSession")),
    )
    answer = new_access(old, new)
    assert answer.verdict == "yes"
    assert answer.witness.action == "sts:TagSession"


def test_no_policy_allows_nothing() -> None:
    one = policy(trusting({"AWS": OTHER}))
    assert new_access(None, one).verdict == "yes"
    assert new_access(one, None).verdict == "no"
    assert new_access(None, None).verdict == "no"


def test_order_and_unresolved_texts_that_stay_bring_nothing_new() -> None:
    first, second = permitting("s3:*", "${Bucket}"), permitting("ec2:*")
    assert new_access(grants(first, second), grants(second, first)).verdict == "no"
    narrowed = permitting("s3:Get*", "${Bucket}")
    assert new_access(grants(first), grants(narrowed)).verdict == "no"
    assert new_access(grants(narrowed), grants(first)).verdict == "unknown"


def test_dead_statements_are_found() -> None:
    both = {"StringEquals": {"aws:RequestTag/t": "a"}, "StringLike": {"aws:RequestTag/t": "b*"}}
    one = grants(permitting("s3:*", condition=both), permitting("s3:*"))
    assert is_satisfiable(one, 0).verdict == "no"
    assert is_satisfiable(one, 1).verdict == "yes"
    dead = trusting({"Service": "ec2.amazonaws.com"}, {"StringEquals": {"sts:ExternalId": "a"}})
    assert is_satisfiable(policy(dead), 0).verdict == "no"


def test_needless_statements_are_found() -> None:
    one = grants(permitting("s3:Get*"), permitting("s3:*"), permitting("ec2:*", Effect="Deny"))
    assert [is_redundant(one, index).verdict for index in range(3)] == ["yes", "no", "no"]
    witness = is_redundant(one, 1).witness
    assert decide([one], witness).outcome == "allow"


def test_a_shape_narrows_the_question() -> None:
    one = policy(trusting({"AWS": OTHER}, {"StringEquals": {"sts:ExternalId": "secret"}}))
    stranger = Principal("AWS", f"arn:aws:iam::{OTHER}:role/Any")
    assert allows(one, principal=stranger).verdict == "yes"
    assert allows(one, principal=stranger, context={"sts:externalid": "guess"}).verdict == "no"
    assert allows(one, principal=Principal("AWS", f"arn:aws:iam::{OWN}:role/Any")).verdict == "no"
    assert allows(one, action="sts:TagSession").verdict == "no"


def test_too_many_stars_are_unknown_and_no_hang() -> None:
    words = [f"*w{number}{number}x*" for number in range(14)]
    wide = permitting("s3:*", condition={"StringLike": {"aws:RequestTag/t": words}})
    parts = [permitting("s3:*", condition={"StringLike": {"aws:RequestTag/t": word}}) for word in words]
    turned = permitting("s3:*", condition={"StringNotLike": {"aws:RequestTag/t": words}})
    answer = new_access(grants(*parts, turned), grants(wide, permitting("s3:*")))
    assert answer.verdict in ("unknown", "no")


def test_an_organizations_paths_begin_with_its_id() -> None:
    paths = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "*/ou-team/*"}}
    other = policy(trusting(ANYONE, {"StringEquals": {"aws:PrincipalOrgID": "o-bbbbbbbbbb"}, **paths}))
    answer = outside_access(other, TRUSTED)
    assert answer.verdict == "yes"
    assert answer.witness is not None
    assert answer.witness.context["aws:principalorgpaths"][0].startswith("o-bbbbbbbbbb/")
    unlike = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-bbbbbbbbbb/*"}}
    assert outside_access(policy(trusting(ANYONE, paths)), TRUSTED).verdict == "yes"
    own = policy(trusting(ANYONE, {"StringEquals": {"aws:PrincipalOrgID": ORG}, **paths}))
    assert outside_access(own, TRUSTED).verdict == "no"
    never = policy(trusting(ANYONE, {"StringEquals": {"aws:PrincipalOrgID": "o-cccccccccc"}, **unlike}))
    assert is_satisfiable(never, 0).verdict == "no"


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("kms:Decrypt", "arn:aws:kms:us-east-1:123456789012:anything"),
        ("iam:GetRole", "arn:aws:iam::123456789012:role/any-role"),
        ("s3:GetObject", "arn:aws:s3:::any-bucket/any-key"),
    ],
)
def test_the_resource_that_a_witness_makes_up_is_one_of_the_actions_service(action: str, resource: str) -> None:
    answer = new_access(None, grants(permitting(action)))
    assert answer.witness is not None
    assert answer.witness.resource == resource


def test_a_witness_keeps_to_the_shape_that_was_asked_for() -> None:
    one = grants(permitting("s3:*", condition={"StringLike": {"aws:RequestTag/t": "a*"}}))
    answer = allows(one, context={"aws:requesttag/t": "ab"})
    assert answer.witness is not None
    assert answer.witness.context["aws:requesttag/t"] == "ab"


def test_the_account_of_a_resource_is_that_of_its_policy() -> None:
    def resource(operator: str, value: str, account: str = OWN) -> Policy:
        condition = {operator: {"aws:PrincipalAccount": value}}
        statement = {"Principal": ANYONE, **permitting("s3:GetObject", "arn:aws:s3:::b/*", condition)}
        return policy(statement, kind="resource", account=account)

    symbol = "${aws:ResourceAccount}"
    same, other = resource("StringEquals", symbol), resource("StringNotEquals", symbol)
    assert outside_access(same, TRUSTED).verdict == "no"
    assert new_access(resource("StringEquals", OWN), same).verdict == "no"
    answer = outside_access(other, TRUSTED)
    assert answer.witness is not None
    assert answer.witness.context["aws:resourceaccount"] == OWN
    assert decide([other], answer.witness).outcome == "allow"
    # Which of two own accounts the resource is in nobody says.
    unsaid = resource("StringNotEquals", symbol, account="")
    assert outside_access(unsaid, Trusted(frozenset({OWN, OTHER}))).verdict != "no"


@pytest.mark.parametrize(
    ("operator", "key", "value", "verdict"),
    [
        ("StringEquals", "aws:principalaccount", "111122223333", "yes"),
        ("StringEquals", "aws:username", "eve", "yes"),
        ("StringEquals", "aws:principaltype", "Anonymous", "no"),
        ("Bool", "aws:principalisawsservice", "true", "no"),
        ("StringEquals", "aws:multifactorauthpresent", "perhaps", "no"),
        ("StringEquals", "aws:principalorgid", "acme", "no"),
    ],
)
@pytest.mark.parametrize("denies", [0, 20])
def test_a_witness_has_no_key_that_its_caller_never_has(
    denies: int, operator: str, key: str, value: str, verdict: str
) -> None:
    """However large the policy is: requests that are guessed for a large one are no others."""
    allow = Statement(
        0, "Allow", actions=("s3:GetObject",), resources=("*",), conditions=(Condition(operator, key, (value,)),)
    )
    others = [Statement(n, "Deny", actions=(f"s3:Put{n}",), resources=("*",)) for n in range(1, denies + 1)]
    found = new_access(None, Policy("identity", (allow, *others)))
    assert found.verdict == verdict
    if found.witness is not None:
        derived = derived_keys(found.witness.principal, "s3:GetObject")
        assert {**derived, **found.witness.context}.items() >= derived.items()
        assert derived[key] == value


@pytest.mark.parametrize("partition", ["aws-cn", "aws-us-gov"])
def test_a_witness_is_of_the_policys_own_partition(partition: str) -> None:
    def made(kind: PolicyKind, *statements: Statement) -> Policy:
        return Policy(kind, statements)

    named = (Principal("AWS", f"arn:{partition}:iam::444455556666:root"),)
    trust = made("trust", Statement(0, "Allow", actions=("sts:AssumeRole",), principals=named))
    witness = outside_access(trust, Trusted(frozenset({"111122223333"}))).witness
    assert witness is not None
    assert witness.principal.value == f"arn:{partition}:iam::444455556666:role/any-role"
    reading = Statement(0, "Allow", actions=("s3:GetObject",), resources=(f"arn:{partition}:s3:::b/*",))
    more = Statement(1, "Allow", actions=("iam:*",), resources=("*",))
    witness = new_access(made("identity", reading), made("identity", reading, more)).witness
    assert witness is not None
    assert witness.resource.startswith(f"arn:{partition}:iam::")
    assert witness.principal.value.startswith(f"arn:{partition}:")


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": "arn:aws:iam::*:role/x"},
        {"AWS": f"arn:aws:iam::{OTHER}:user/*b"},
        {"AWS": f"arn:aws:sts::{OWN}:assumed-role/a/*"},
        {"AWS": "AROAEXAMPLEID12345678"},
        {"CanonicalUser": "a" * 64},
    ],
)
def test_a_principal_that_nobody_can_place_may_be_of_any_account(principal: dict[str, Any]) -> None:
    assert outside_access(policy(trusting(principal)), TRUSTED).verdict == "unknown"
    assert new_access(policy(trusting({"AWS": OWN})), policy(trusting(principal))).verdict == "unknown"


@pytest.mark.parametrize(("anyone", "expected"), [("*", "no"), (ANYONE, "unknown")])
def test_a_deny_of_everybody_is_one_of_services_too(anyone: Any, expected: str) -> None:
    ec2 = trusting({"Service": "ec2.amazonaws.com"})
    assert new_access(policy(), policy(ec2, {**trusting(anyone), "Effect": "Deny"})).verdict == expected
    people = {**trusting(anyone, {"Bool": {"aws:PrincipalIsAWSService": "false"}}), "Effect": "Deny"}
    assert new_access(policy(), policy(ec2, people)).verdict == "yes"
    assert is_satisfiable(policy({**ec2, "Effect": "Deny"}), 0).verdict == "yes"


def test_an_action_past_more_statements_is_no_way_around_fewer() -> None:
    both = {"Action": ["s3:Get*", "s3:Put*"], "Resource": "*"}
    denied = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    some = {**denied, "Action": "s3:GetObject", "Condition": {"StringEquals": {"acme:word": "a"}}}
    assert new_access(None, policy(both, denied, some, kind="identity")).verdict == "no"
    assert new_access(None, policy(both, {**denied, "Action": "s3:Get*"}, some, kind="identity")).verdict == "yes"
