"""One policy on one request: elements, principals, doubts, and laws that no policy may break."""

import itertools
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lictor_plugins.kinds.aws_iam.intrinsics import Template
from lictor_plugins.kinds.aws_iam.normalise import normalise
from lictor_plugins.reasoning.evaluation import decide
from lictor_plugins.reasoning.keys import derived_keys, key_facts, presence
from lictor_plugins.reasoning.model import Decision, Policy, PolicyKind, Principal
from lictor_plugins.reasoning.reading import policy_from, policy_kind
from lictor_plugins.reasoning.requests import read_request

ACCOUNT = "111122223333"
USER = f"arn:aws:iam::{ACCOUNT}:user/staff/LiJuan"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/Audit"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/Audit/eve"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
GITHUB = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}"
DATABASE = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-1"


def policy(
    *statements: Any,
    kind: PolicyKind = "trust",
    version: str | None = "2012-10-17",
    account: str = "",
    partition: str = "",
) -> Policy:
    raw: dict[str, Any] = {"Statement": list(statements)}
    if version:
        raw["Version"] = version
    return policy_from(normalise(raw, Template()), kind, account=account, partition=partition)


def allow(principal: Any = None, action: Any = "sts:AssumeRole", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal or {"AWS": USER}, "Action": action, **more}


def ask(
    subject: Policy,
    caller: Any = USER,
    action: str = "sts:AssumeRole",
    resource: str = "",
    **context: Any,
) -> Decision:
    principal = {"AWS": caller} if isinstance(caller, str) else caller
    keys = {name.replace("_", ":"): value for name, value in context.items()}
    keys |= keys.pop("context", {})
    return decide(
        [subject], read_request({"principal": principal, "action": action, "resource": resource, "context": keys})
    )


def outcome(*arguments: Any, **more: Any) -> str:
    return ask(*arguments, **more).outcome


def test_an_explicit_deny_beats_an_allow_in_any_order() -> None:
    deny = {**allow(), "Effect": "Deny"}
    assert outcome(policy(allow(), deny)) == outcome(policy(deny, allow())) == "explicit_deny"
    assert outcome(policy(allow())) == "allow"


def test_what_nothing_allows_is_denied_without_a_word() -> None:
    assert outcome(policy(allow(action="sts:TagSession"))) == "implicit_deny"
    assert outcome(policy({**allow(action="sts:TagSession"), "Effect": "Deny"})) == "implicit_deny"


def test_a_statement_may_stand_without_a_list() -> None:
    raw = {"Version": "2012-10-17", "Statement": allow()}
    assert outcome(policy_from(normalise(raw, Template()), "trust")) == "allow"


@pytest.mark.parametrize("action", ["sts:AssumeRole", "STS:assumerole", "sts:*", "*", "sts:Assume*", "sts:AssumeRol?"])
def test_actions_match_by_globs_whatever_their_case(action: str) -> None:
    assert outcome(policy(allow(action=action))) == "allow"
    statement = {"Effect": "Allow", "Principal": {"AWS": USER}, "NotAction": action}
    assert outcome(policy(statement)) == "implicit_deny"
    assert outcome(policy({**statement, "NotAction": "s3:*"})) == "allow"


def test_the_element_that_does_not_match_is_named() -> None:
    condition = {"StringEquals": {"sts:ExternalId": "x"}}
    failing = [
        (allow(action="sts:TagSession"), "Action"),
        (allow({"AWS": ROLE}), "Principal"),
        (allow(Condition=condition), "Condition StringEquals sts:externalid"),
    ]
    for statement, failed in failing:
        (reason,) = ask(policy(statement)).statements
        assert reason.failed == failed
    assert ask(policy(allow(Condition=condition)), sts_ExternalId="x").statements[0].failed == ""


@pytest.mark.parametrize(
    ("named", "caller", "expected"),
    [
        (ACCOUNT, USER, "allow"),
        (ROOT, USER, "allow"),
        (ROOT, SESSION, "allow"),
        (ROOT, ROLE, "allow"),
        (ROOT, ROOT, "allow"),
        (ROOT, f"arn:aws:sts::{ACCOUNT}:federated-user/eve", "allow"),
        ("444455556666", USER, "implicit_deny"),
        ("*", USER, "allow"),
        (USER, USER, "allow"),
        (USER, f"arn:aws:iam::{ACCOUNT}:user/LiJuan", "implicit_deny"),
        (USER, USER.lower(), "implicit_deny"),
        (USER, ROOT, "implicit_deny"),
        (ROLE, SESSION, "allow"),
        (ROLE, ROLE, "allow"),
        (ROLE, USER, "implicit_deny"),
        (f"arn:aws:iam::{ACCOUNT}:role/service-role/Audit", SESSION, "allow"),
        (f"arn:aws:iam::{ACCOUNT}:role/audit", SESSION, "implicit_deny"),
        ("arn:aws:iam::444455556666:role/Audit", SESSION, "implicit_deny"),
        (SESSION, SESSION, "allow"),
        (SESSION, SESSION + "2", "implicit_deny"),
        (SESSION, ROLE, "unknown"),
        (SESSION.replace("eve", "*"), SESSION, "unknown"),
        (f"arn:aws:iam::{ACCOUNT}:role/A*", SESSION, "unknown"),
        (f"arn:aws:sts::{ACCOUNT}:federated-user/eve", f"arn:aws:sts::{ACCOUNT}:federated-user/eve", "allow"),
        ("arn:aws:ec2:eu-west-1:111122223333:instance/i-1", USER, "implicit_deny"),
        (f"arn:aws:iam::{ACCOUNT}:group/staff", USER, "implicit_deny"),
        (USER, f"arn:aws:sts::{ACCOUNT}:federated-user/LiJuan", "unknown"),
        (USER, "arn:aws:sts::444455556666:federated-user/LiJuan", "implicit_deny"),
    ],
)
def test_a_principal_means_itself_its_sessions_or_its_account(named: str, caller: str, expected: str) -> None:
    assert outcome(policy(allow({"AWS": named})), caller) == expected
    assert outcome(policy(allow({"AWS": [named]})), caller) == expected


def test_a_unique_id_means_that_entity_alone() -> None:
    trust = policy(allow({"AWS": "AROAEXAMPLEID12345678"}))
    assert outcome(trust, {"AWS": SESSION, "unique_id": "AROAEXAMPLEID12345678"}) == "allow"
    assert outcome(trust, {"AWS": SESSION, "unique_id": "AROAEXAMPLEID12345678:eve"}) == "allow"
    assert outcome(trust, {"AWS": SESSION, "unique_id": "AROAANOTHERID12345678"}) == "implicit_deny"
    assert outcome(trust, SESSION) == "unknown"
    assert outcome(trust, USER) == "implicit_deny"


def test_services_and_providers_are_matched_exactly() -> None:
    trust = policy(allow({"Service": ["ec2.amazonaws.com", "ssm.amazonaws.com"]}))
    assert outcome(trust, {"Service": "ssm.amazonaws.com"}) == "allow"
    assert outcome(trust, {"Service": "lambda.amazonaws.com"}) == "implicit_deny"
    assert outcome(trust, USER) == "implicit_deny"
    federated = policy(allow({"Federated": PROVIDER}, "sts:AssumeRoleWithWebIdentity"))
    assert outcome(federated, {"Federated": PROVIDER}, "sts:AssumeRoleWithWebIdentity") == "allow"
    assert outcome(federated, {"Federated": PROVIDER + "x"}, "sts:AssumeRoleWithWebIdentity") == "implicit_deny"


@pytest.mark.parametrize("anyone", ["*", {"AWS": "*"}])
def test_whether_a_star_means_services_is_a_doubt_but_in_a_deny_of_everybody(anyone: Any) -> None:
    ec2 = {"Service": "ec2.amazonaws.com"}
    assert outcome(policy(allow(anyone)), ec2) == "unknown"
    only_people = {"Bool": {"aws:PrincipalIsAWSService": "false"}}
    deny = {**allow(anyone), "Effect": "Deny", "Condition": only_people}
    assert outcome(policy(allow(ec2), deny), ec2) == "allow"
    assert outcome(policy(allow(ec2), {**deny, "Condition": {}}), ec2) == (
        "explicit_deny" if anyone == "*" else "unknown"
    )


@pytest.mark.parametrize(
    ("left_out", "caller", "expected"),
    [
        ([USER, ROOT], USER, "allow"),
        ([USER], USER, "unknown"),
        ([ROOT], USER, "explicit_deny"),
        ([f"{USER}-other", ROOT], USER, "explicit_deny"),
        ([ROLE + "-other", ROOT], SESSION, "explicit_deny"),
        ([ROOT], ROOT, "allow"),
        ([ROLE, SESSION, ROOT], SESSION, "allow"),
        ([ROLE, ROOT], SESSION, "unknown"),
        (["444455556666"], USER, "explicit_deny"),
        (["*"], USER, "unknown"),
    ],
)
def test_not_principal_leaves_out_only_who_is_listed_in_full(left_out: list[str], caller: str, expected: str) -> None:
    deny = {"Effect": "Deny", "NotPrincipal": {"AWS": left_out}, "Action": "s3:*", "Resource": "*"}
    everything = {**deny, "Effect": "Allow", "Principal": {"AWS": ACCOUNT}}
    del everything["NotPrincipal"]
    assert outcome(policy(deny, everything, kind="resource"), caller, "s3:GetObject", "arn:aws:s3:::b/k") == expected


def identity(resource: Any = "*", action: Any = "s3:GetObject", effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


@pytest.mark.parametrize(
    ("pattern", "resource", "expected"),
    [
        ("*", "arn:aws:s3:::b/k", "allow"),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/a/b", "allow"),
        ("arn:aws:s3:::b/?", "arn:aws:s3:::b/ab", "implicit_deny"),
        ("arn:aws:s3:::B/*", "arn:aws:s3:::b/a", "implicit_deny"),
        ("arn:aws:s3:::b/*", "*", "implicit_deny"),
        ("*", "*", "allow"),
        ("*", "", "allow"),
        ("arn:aws:s3:::b/*", "", "unknown"),
        ("arn:aws:*:*:*:secret:db-?", DATABASE, "allow"),
        ("arn:aws:*:secret:db-1", DATABASE, "allow"),
        ("arn:aws:secrets*:secret:db-1", DATABASE, "allow"),
        ("arn:aws:*x:secret:db-1", DATABASE, "implicit_deny"),
        ("arn:aws:*2222333*:secret:db-1", DATABASE, "unknown"),
        ("arn:aws:s*r:*3333:secret:db-1", DATABASE, "unknown"),
        ("arn:aws:s3:*", "arn:aws:s3:::b", "allow"),
        ("arn:aws:secretsmanager?eu-west-1:111122223333:secret:db-1", DATABASE, "unknown"),
        ("arn:aws:iam::111122223333:user${*}", "arn:aws:iam::111122223333:user/a", "implicit_deny"),
    ],
)
def test_resources_match_by_globs_and_a_wildcard_amid_a_part_that_goes_beyond_it_is_a_doubt(
    pattern: str, resource: str, expected: str
) -> None:
    assert outcome(policy(identity(pattern), kind="identity"), USER, "s3:GetObject", resource) == expected
    opposite = {"allow": "implicit_deny", "implicit_deny": "allow", "unknown": "unknown"}
    statement = {"Effect": "Allow", "Action": "s3:*", "NotResource": pattern}
    assert outcome(policy(statement, kind="identity"), USER, "s3:GetObject", resource) == opposite[expected]


def test_a_variable_in_a_resource_is_filled_in() -> None:
    home = policy(identity("arn:aws:s3:::b/${aws:username}/*"), kind="identity")
    assert outcome(home, USER, "s3:GetObject", "arn:aws:s3:::b/LiJuan/x") == "allow"
    assert outcome(home, USER, "s3:GetObject", "arn:aws:s3:::b/Eve/x") == "implicit_deny"
    assert outcome(home, SESSION, "s3:GetObject", "arn:aws:s3:::b/Audit/x") == "implicit_deny"


def test_a_resource_with_a_variable_that_has_no_value_matches_nothing() -> None:
    team = policy(
        {"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::${aws:PrincipalTag/t}"}, kind="identity"
    )
    assert outcome(team, USER, "s3:GetObject", "arn:aws:s3:::x") == "allow"
    assert outcome(team, USER, "s3:GetObject", "arn:aws:s3:::x", context={"aws:PrincipalTag/T": "x"}) == "implicit_deny"


def test_variables_are_text_without_the_version_of_2012() -> None:
    old = policy(identity("arn:aws:s3:::b/${aws:username}"), kind="identity", version=None)
    assert outcome(old, USER, "s3:GetObject", "arn:aws:s3:::b/LiJuan") == "implicit_deny"
    assert outcome(old, USER, "s3:GetObject", "arn:aws:s3:::b/${aws:username}") == "allow"


def test_the_keys_of_tags_are_matched_whatever_their_case() -> None:
    tagged = policy(allow(Condition={"StringEquals": {"AWS:PrincipalTag/Team": "x"}}))
    assert outcome(tagged, context={"aws:principaltag/TEAM": "x"}) == "allow"


def test_a_session_has_its_roles_arn_unless_the_request_says_otherwise() -> None:
    by_arn = policy(
        allow({"AWS": "*"}, Condition={"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/ops/*"}})
    )
    assert outcome(by_arn, SESSION) == "implicit_deny"
    assert outcome(by_arn, SESSION, aws_PrincipalArn=f"arn:aws:iam::{ACCOUNT}:role/ops/Audit") == "allow"


def test_a_key_that_is_always_there_must_be_said() -> None:
    late = policy(allow(Condition={"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}))
    decision = ask(late)
    assert decision.outcome == "unknown"
    assert "aws:currenttime" in decision.because
    assert outcome(late, aws_CurrentTime="2019-01-01T00:00:00Z") == "allow"
    assert outcome(policy(allow(Condition={"StringEquals": {"aws:userid": "AIDA"}}))) == "unknown"
    by_id = policy(allow(Condition={"StringLike": {"aws:userid": "AIDAEXAMPLE*"}}))
    assert outcome(by_id, {"AWS": USER, "unique_id": "AIDAEXAMPLEID12345678"}) == "allow"


def test_a_doubt_counts_only_where_it_decides() -> None:
    doubtful = allow(Condition={"StringEquals": {"aws:username": []}})
    assert outcome(policy(doubtful)) == "unknown"
    assert outcome(policy(doubtful, allow())) == "allow"
    assert outcome(policy({**doubtful, "Effect": "Deny"}, allow())) == "unknown"
    assert outcome(policy({**doubtful, "Effect": "Deny"})) == "implicit_deny"
    assert outcome(policy({**doubtful, "Action": "sts:TagSession"})) == "implicit_deny"


@pytest.mark.parametrize(
    "change",
    [
        {"Effect": "allow"},
        {"Resource": "*"},
        {"Conditions": {"Bool": {"aws:PrincipalIsAWSService": "false"}}},
        {"Condition": {"StringEqual": {"aws:username": "LiJuan"}}},
        {"Condition": {"NullIfExists": {"aws:username": "false"}}},
        {"NotAction": "s3:*"},
        {"NotPrincipal": {"AWS": USER}},
        {"Principal": {"AWS": [USER, {"a": 1}]}},
        {"Condition": ["StringEquals"]},
        {"Principal": {"AWS": [USER, 111122223333]}},
        {"Principal": USER},
        {"Principal": {"aws": USER}},
        {"Principal": {"AWS": USER, "Service": []}},
        {"Condition": {"IpAddress": {"aws:SourceIp": "anywhere"}}},
        {"Condition": {"BinaryEquals": {"acme:key": "not base64"}}},
        {"Condition": {"ForAnyValue:Null": {"aws:TagKeys": "true"}}},
        {"Condition": {"NumericEquals": {"acme:count": "ten"}}},
        {"Condition": {"DateEquals": {"aws:TokenIssueTime": "soon"}}},
        {"NotAction": "s3:*", "Action": "sts:AssumeRole"},
    ],
)
def test_a_statement_that_iam_refuses_decides_nothing(change: dict[str, Any]) -> None:
    assert outcome(policy({**allow(), **change})) == "unknown"


@pytest.mark.parametrize("effect", ["Permit", None])
def test_a_statement_whose_effect_is_neither_allow_nor_deny_may_do_either(effect: str | None) -> None:
    statement = {**allow(), "Effect": effect}
    assert outcome(policy(statement)) == "unknown"
    assert outcome(policy(statement, allow())) == "unknown"


@pytest.mark.parametrize(
    ("kind", "has_principal"), [("identity", False), ("scp", False), ("resource", True), ("rcp", True)]
)
def test_a_principal_stands_where_the_kind_of_policy_has_one(kind: PolicyKind, has_principal: bool) -> None:
    statement = identity()
    with_one = {**statement, "Principal": "*"}
    right, wrong = (with_one, statement) if has_principal else (statement, with_one)
    assert outcome(policy(right, kind=kind), USER, "s3:GetObject", "arn:aws:s3:::b") == "allow"
    assert outcome(policy(wrong, kind=kind), USER, "s3:GetObject", "arn:aws:s3:::b") == "unknown"


def test_what_a_template_fills_in_is_a_doubt_where_it_may_match() -> None:
    bucket = policy(identity("arn:aws:s3:::${Bucket}/*"), kind="identity")
    assert outcome(bucket, USER, "s3:GetObject", "arn:aws:s3:::b/k") == "unknown"
    assert outcome(bucket, USER, "s3:GetObject", "arn:aws:sqs:eu-west-1:1:q") == "implicit_deny"
    root = allow({"AWS": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"})
    assert outcome(policy(root)) == "unknown"
    assert outcome(policy(root), {"Service": "ec2.amazonaws.com"}) == "implicit_deny"
    assert outcome(policy(root, account=ACCOUNT, partition="aws")) == "allow"
    assert outcome(policy(root, account="444455556666", partition="aws")) == "implicit_deny"
    value = allow(Condition={"StringEquals": {"sts:ExternalId": "${Secret}"}})
    assert outcome(policy(value), sts_ExternalId="x") == "unknown"
    ec2 = allow({"Service": "ec2.${AWS::URLSuffix}"})
    assert outcome(policy(ec2, partition="aws"), {"Service": "ec2.amazonaws.com"}) == "allow"


def test_an_action_or_a_key_that_a_template_fills_in_is_a_doubt() -> None:
    assert outcome(policy(allow(action="sts:${Verb}"))) == "unknown"
    assert outcome(policy(allow(action="s3:${Verb}"))) == "implicit_deny"
    assert outcome(policy({"Effect": "Allow", "Principal": {"AWS": USER}, "NotAction": "sts:${Verb}"})) == "unknown"
    assert outcome(policy(allow(Condition={"StringEquals": {"aws:RequestTag/${Name}": "x"}}))) == "unknown"
    whole = {"Effect": "Allow", "Principal": {"AWS": {"Ref": "Who"}}, "Action": "*"}
    assert outcome(policy(whole)) == "unknown"


def test_a_statement_without_actions_or_with_half_a_principal_is_refused() -> None:
    assert outcome(policy({"Effect": "Allow", "Principal": {"AWS": USER}})) == "unknown"
    assert outcome(policy({"Effect": "Allow", "Action": "*"})) == "unknown"
    canonical = {"CanonicalUser": "a" * 64}
    assert (
        outcome(policy({**identity(), "Principal": canonical}, kind="resource"), USER, "s3:GetObject", DATABASE)
        == "unknown"
    )


def test_a_branch_of_a_template_may_not_be_there() -> None:
    raw = {"Version": "2012-10-17", "Statement": [{"Fn::If": ["Prod", allow(), {"Ref": "AWS::NoValue"}]}]}
    assert outcome(policy_from(normalise(raw, Template()), "trust")) == "unknown"


def test_a_policy_that_is_known_in_part_allows_nothing_for_sure() -> None:
    raw = {"Version": "2012-10-17", "Statement": [allow(), {"Fn::Transform": {"Name": "x"}}]}
    assert outcome(policy_from(normalise(raw, Template()), "trust")) == "unknown"
    assert outcome(policy(allow(), version="2025-01-01")) == "unknown"


def test_the_kind_of_a_subject_tells_the_kind_of_policy() -> None:
    assert policy_kind("aws.iam.permissions-boundary") == "boundary"
    assert policy_kind("document") is None


def test_multivalued_keys_and_their_types_are_known() -> None:
    assert key_facts("aws:tagkeys").is_multivalued
    assert not key_facts("aws:principaltag/team").is_callers_choice
    assert key_facts("aws:requesttag/team").is_callers_choice
    assert not key_facts(f"{GITHUB}:sub").is_callers_choice
    assert key_facts("www.amazon.com:amr").is_multivalued
    assert key_facts("aws:currenttime").type == "date"
    assert key_facts("never:heard").is_callers_choice


@pytest.mark.parametrize(
    ("key", "principal", "action", "expected"),
    [
        ("aws:principalarn", Principal("AWS", USER), "s3:GetObject", "always"),
        ("aws:userid", Principal("AWS", USER), "s3:GetObject", "always"),
        ("aws:username", Principal("AWS", USER), "s3:GetObject", "always"),
        ("aws:username", Principal("AWS", SESSION), "s3:GetObject", "never"),
        ("aws:username", Principal("AWS", ROOT), "s3:GetObject", "never"),
        ("aws:tokenissuetime", Principal("AWS", SESSION), "s3:GetObject", "always"),
        ("aws:multifactorauthpresent", Principal("AWS", USER), "s3:GetObject", "maybe"),
        ("aws:multifactorauthpresent", Principal("Service", "ec2.amazonaws.com"), "sts:AssumeRole", "never"),
        ("aws:sourcearn", Principal("AWS", ROLE), "s3:GetObject", "never"),
        ("aws:sourcearn", Principal("Service", "sns.amazonaws.com"), "s3:GetObject", "maybe"),
        ("aws:principalorgid", Principal("AWS", ROLE), "s3:GetObject", "maybe"),
        ("aws:principalorgid", Principal("Service", "sns.amazonaws.com"), "s3:GetObject", "never"),
        ("sts:externalid", Principal("AWS", ROLE), "sts:AssumeRole", "maybe"),
        ("sts:externalid", Principal("Service", "ec2.amazonaws.com"), "sts:AssumeRole", "never"),
        ("sts:externalid", Principal("Service", "cognito-idp.amazonaws.com"), "sts:AssumeRole", "maybe"),
        ("sts:externalid", Principal("Service", "vmie.amazonaws.com"), "sts:AssumeRole", "maybe"),
        ("sts:externalid", Principal("AWS", ROLE), "sts:TagSession", "never"),
        (f"{GITHUB}:sub", Principal("Federated", PROVIDER), "sts:AssumeRoleWithWebIdentity", "maybe"),
        (f"{GITHUB}:sub", Principal("Federated", "accounts.google.com"), "sts:AssumeRoleWithWebIdentity", "never"),
        (f"{GITHUB}:sub", Principal("AWS", USER), "sts:AssumeRole", "never"),
        (
            "saml:aud",
            Principal("Federated", f"arn:aws:iam::{ACCOUNT}:saml-provider/x"),
            "sts:AssumeRoleWithSAML",
            "always",
        ),
        ("saml:aud", Principal("Federated", PROVIDER), "sts:AssumeRoleWithWebIdentity", "never"),
        ("ec2:sourceinstancearn", Principal("AWS", USER), "s3:GetObject", "never"),
        ("aws:sourceip", Principal("AWS", USER), "s3:GetObject", "maybe"),
    ],
)
def test_when_a_key_is_there_follows_from_who_calls(key: str, principal: Principal, action: str, expected: str) -> None:
    assert presence(key, principal, action) == expected


def test_what_follows_from_the_principal_is_derived() -> None:
    assert derived_keys(Principal("AWS", SESSION, "AROAEXAMPLEID12345678"), "s3:GetObject") == {
        "aws:principalarn": ROLE,
        "aws:principalaccount": ACCOUNT,
        "aws:principaltype": "AssumedRole",
        "aws:principalisawsservice": "false",
        "aws:userid": "AROAEXAMPLEID12345678:eve",
    }
    assert derived_keys(Principal("AWS", ROOT), "s3:GetObject")["aws:userid"] == ACCOUNT
    federated = derived_keys(Principal("AWS", f"arn:aws:sts::{ACCOUNT}:federated-user/eve"), "s3:GetObject")
    assert (federated["aws:principaltype"], federated["aws:userid"]) == ("FederatedUser", f"{ACCOUNT}:eve")
    assert derived_keys(Principal("Service", "ec2.amazonaws.com"), "x:Y")["aws:principalisawsservice"] == "true"
    assert derived_keys(Principal("Federated", PROVIDER), "sts:AssumeRoleWithWebIdentity") == {}


# Laws.

CONDITIONS = [
    {},
    {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}},
    {"StringNotLike": {"aws:PrincipalTag/Team": ["a*", "b"]}},
    {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
    {"ForAnyValue:StringLike": {"aws:TagKeys": ["x", "y*"]}, "Null": {"aws:TagKeys": "false"}},
    {"StringEquals": {"aws:username": "${aws:PrincipalTag/Team}"}},
    {"StringEquals": {"sts:ExternalId": []}},
]
statements = st.builds(
    lambda effect, principal, action, condition: {
        "Effect": effect,
        "Principal": principal,
        "Action": action,
        "Condition": condition,
    },
    st.sampled_from(["Allow", "Deny"]),
    st.sampled_from([{"AWS": USER}, {"AWS": [ROLE, ACCOUNT]}, "*", {"Service": "ec2.amazonaws.com"}, {"AWS": SESSION}]),
    st.sampled_from(["sts:*", "sts:AssumeRole", ["sts:TagSession", "STS:Assume*"], "*"]),
    st.sampled_from(CONDITIONS),
)
callers = st.sampled_from(
    [{"AWS": USER}, {"AWS": SESSION}, {"AWS": ROLE}, {"AWS": ROOT}, {"Service": "ec2.amazonaws.com"}]
)
contexts = st.fixed_dictionaries(
    {},
    optional={
        "aws:PrincipalTag/Team": st.sampled_from(["a1", "b", "c", "LiJuan"]),
        "aws:MultiFactorAuthPresent": st.booleans(),
        "aws:TagKeys": st.lists(st.sampled_from(["x", "y1", "z"]), max_size=2),
        "sts:ExternalId": st.just("x"),
    },
)


def decided(raw: Any, caller: Any, context: Any) -> str:
    request = read_request({"principal": caller, "action": "sts:AssumeRole", "context": context})
    return decide([policy_from(normalise(raw, Template()), "trust")], request).outcome


def document(parts: list[Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": parts}


@settings(max_examples=150, deadline=None)
@given(st.lists(statements, max_size=3), statements, callers, contexts)
def test_adding_a_deny_never_widens(parts: list[Any], more: Any, caller: Any, context: Any) -> None:
    before = decided(document(parts), caller, context)
    after = decided(document([*parts, {**more, "Effect": "Deny"}]), caller, context)
    if after == "allow":
        assert before == "allow"
    if before in ("explicit_deny", "implicit_deny"):
        assert after in ("explicit_deny", "implicit_deny")


@settings(max_examples=60, deadline=None)
@given(st.lists(statements, max_size=3), callers, contexts)
def test_the_order_of_statements_does_not_matter(parts: list[Any], caller: Any, context: Any) -> None:
    outcomes = {decided(document(list(each)), caller, context) for each in itertools.permutations(parts)}
    assert len(outcomes) == 1


@settings(max_examples=60, deadline=None)
@given(st.lists(statements, max_size=3), callers, contexts)
def test_the_case_of_keys_and_actions_does_not_matter(parts: list[Any], caller: Any, context: Any) -> None:
    def shout(part: Any) -> Any:
        actions = part["Action"] if isinstance(part["Action"], list) else [part["Action"]]
        condition = {
            name: {key.upper(): value for key, value in keys.items()} for name, keys in part["Condition"].items()
        }
        return {**part, "Action": [action.upper() for action in actions], "Condition": condition}

    shouted = {key.upper(): value for key, value in context.items()}
    expected = decided(document(parts), caller, context)
    assert decided(document([shout(part) for part in parts]), caller, shouted) == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(statements, max_size=3), callers, contexts)
def test_a_text_is_a_list_of_one(parts: list[Any], caller: Any, context: Any) -> None:
    def listed(value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    def widened(part: Any) -> Any:
        principal = part["Principal"]
        principal = (
            {name: listed(each) for name, each in principal.items()} if isinstance(principal, dict) else principal
        )
        condition = {
            name: {key: listed(value) for key, value in keys.items()} for name, keys in part["Condition"].items()
        }
        return {**part, "Action": listed(part["Action"]), "Principal": principal, "Condition": condition}

    text = json.loads(json.dumps(document([widened(part) for part in parts])))
    assert decided(text, caller, context) == decided(document(parts), caller, context)
