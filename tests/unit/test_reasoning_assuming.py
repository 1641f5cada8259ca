"""The whole grant: trust policy, caller's policies, boundary, session policies, and the organization's limits."""

from typing import Any

import pytest

from lictor_plugins.kinds.aws_iam.intrinsics import Template
from lictor_plugins.kinds.aws_iam.normalise import normalise
from lictor_plugins.reasoning.assuming import Policies, decide_request, may_assume
from lictor_plugins.reasoning.model import Decision, Policy, PolicyKind
from lictor_plugins.reasoning.reading import policy_from
from lictor_plugins.reasoning.requests import read_request

OWN, OTHER = "111122223333", "444455556666"
TARGET = f"arn:aws:iam::{OWN}:role/Target"
USER = f"arn:aws:iam::{OWN}:user/Ann"
ROLE = f"arn:aws:iam::{OWN}:role/Audit"
SESSION = f"arn:aws:sts::{OWN}:assumed-role/Audit/eve"
ROOT = f"arn:aws:iam::{OWN}:root"
ABROAD = f"arn:aws:iam::{OTHER}:user/Bob"
EC2 = {"Service": "ec2.amazonaws.com"}
GITHUB = {"Federated": f"arn:aws:iam::{OWN}:oidc-provider/token.actions.githubusercontent.com"}
SAML = {"Federated": f"arn:aws:iam::{OWN}:saml-provider/Corp"}


def policy(kind: PolicyKind, *statements: Any, name: str = "") -> Policy:
    raw = {"Version": "2012-10-17", "Statement": list(statements)}
    return policy_from(normalise(raw, Template()), kind, name=name)


def trust(principal: Any, action: str = "sts:AssumeRole", **more: Any) -> Policy:
    named = {"AWS": principal} if isinstance(principal, str) else principal
    return policy("trust", {"Effect": "Allow", "Principal": named, "Action": action, **more})


def grant(kind: PolicyKind, action: Any = "sts:AssumeRole", resource: str = "*", effect: str = "Allow") -> Policy:
    statement = {"Effect": effect, "Action": action, "Resource": resource}
    return policy(kind, {**statement, "Principal": "*"} if kind == "rcp" else statement)


def decision(policies: Policies, caller: Any, action: str = "sts:AssumeRole", resource: str = TARGET) -> Decision:
    principal = {"AWS": caller} if isinstance(caller, str) else caller
    return decide_request(policies, read_request({"principal": principal, "action": action, "resource": resource}))


def outcome(policies: Policies, *arguments: Any, **more: Any) -> str:
    return decision(policies, *arguments, **more).outcome


IDENTITY = (grant("identity"),)
NOTHING_HERE = (grant("identity", "s3:*"),)


@pytest.mark.parametrize("named", [USER, {"AWS": [USER, OTHER]}])
def test_a_user_named_in_its_own_account_needs_no_policy(named: Any) -> None:
    assert outcome(Policies(trust(named)), USER) == "allow"


def test_the_boundary_of_a_user_who_is_named_does_not_limit_it_unless_it_denies() -> None:
    assert outcome(Policies(trust(USER), boundaries=(grant("boundary", "s3:*"),)), USER) == "allow"
    assert outcome(Policies(trust(USER), boundaries=(grant("boundary", "*", effect="Deny"),)), USER) == "explicit_deny"
    assert outcome(Policies(trust(USER), identity=(grant("identity", effect="Deny"),)), USER) == "explicit_deny"


@pytest.mark.parametrize("caller", [ROLE, SESSION])
def test_a_role_named_in_its_own_account_is_limited_by_boundary_and_session_policies(caller: str) -> None:
    assert outcome(Policies(trust(ROLE)), caller) == "allow"
    narrow = grant("boundary", "s3:*")
    assert outcome(Policies(trust(ROLE), boundaries=(narrow,)), caller) == "implicit_deny"
    assert "boundary" in decision(Policies(trust(ROLE), boundaries=(narrow,)), caller).because
    assert outcome(Policies(trust(ROLE), sessions=(grant("session", "s3:*"),)), caller) == "implicit_deny"
    wide = Policies(trust(ROLE), boundaries=(grant("boundary"),), sessions=(grant("session"),))
    assert outcome(wide, caller) == "allow"
    assert outcome(Policies(trust(ROLE), sessions=(grant("session"), grant("session", "s3:*"))), caller) == "allow"


def test_a_session_that_is_named_itself_is_not_limited_by_what_does_not_allow() -> None:
    limits = {"boundaries": (grant("boundary", "s3:*"),), "sessions": (grant("session", "s3:*"),)}
    assert outcome(Policies(trust(SESSION), **limits), SESSION) == "allow"
    assert outcome(Policies(trust(SESSION), **limits), SESSION.replace("eve", "bob")) == "implicit_deny"


@pytest.mark.parametrize("named", [OWN, ROOT])
def test_a_trust_in_the_account_leaves_it_to_the_callers_policies(named: str) -> None:
    assert outcome(Policies(trust(named), identity=IDENTITY), USER) == "allow"
    assert outcome(Policies(trust(named)), USER) == "implicit_deny"
    assert outcome(Policies(trust(named), identity=NOTHING_HERE), SESSION) == "implicit_deny"
    for_another = (grant("identity", resource=f"arn:aws:iam::{OWN}:role/Other"),)
    assert outcome(Policies(trust(named), identity=for_another), USER) == "implicit_deny"
    narrow = (grant("boundary", "s3:*"),)
    assert outcome(Policies(trust(named), identity=IDENTITY, boundaries=narrow), USER) == "implicit_deny"
    assert (
        outcome(Policies(trust(named), identity=IDENTITY, sessions=(grant("session", "s3:*"),)), SESSION)
        == "implicit_deny"
    )


def test_the_callers_policies_alone_never_suffice() -> None:
    assert outcome(Policies(trust(OTHER), identity=IDENTITY), USER) == "implicit_deny"
    assert outcome(Policies(identity=IDENTITY), USER) == "unknown"
    assert outcome(Policies(identity=(grant("identity", effect="Deny"),)), USER) == "explicit_deny"


def test_whether_a_star_suffices_within_an_account_is_a_doubt_where_it_matters() -> None:
    assert outcome(Policies(trust("*")), USER) == "allow"
    assert outcome(Policies(trust("*"), identity=IDENTITY), USER) == "allow"
    assert outcome(Policies(trust("*"), boundaries=(grant("boundary", "s3:*"),)), USER) == "unknown"
    assert outcome(Policies(trust("*")), ABROAD) == "implicit_deny"


@pytest.mark.parametrize("named", [ABROAD, OTHER, "*"])
def test_across_accounts_both_sides_must_allow(named: str) -> None:
    assert outcome(Policies(trust(named), identity=IDENTITY), ABROAD) == "allow"
    assert outcome(Policies(trust(named)), ABROAD) == "implicit_deny"
    assert (
        outcome(Policies(trust(named), identity=IDENTITY, boundaries=(grant("boundary", "s3:*"),)), ABROAD)
        == "implicit_deny"
    )
    assert "another account" in decision(Policies(trust(named)), ABROAD).because


def test_without_the_roles_account_the_answer_is_known_only_where_it_does_not_depend_on_it() -> None:
    assert outcome(Policies(trust(USER)), USER, resource="") == "unknown"
    assert outcome(Policies(trust(USER), identity=IDENTITY), USER, resource="") == "allow"
    assert outcome(Policies(trust(ROOT)), USER, resource="") == "implicit_deny"
    known = trust(USER)._replace(account=OWN)
    assert outcome(Policies(known), USER, resource="") == "allow"
    assert (
        outcome(Policies(trust(ROOT)._replace(arn=TARGET), identity=(grant("identity", resource=TARGET),)), USER)
        == "allow"
    )


def test_an_explicit_deny_anywhere_denies() -> None:
    whole = Policies(
        trust(USER), IDENTITY, (grant("boundary"),), (grant("scp", "*"),), (grant("rcp", "*"),), (grant("session"),)
    )
    assert outcome(whole, USER) == "allow"
    for field in ("identity", "boundaries", "scps", "rcps", "sessions"):
        kind: Any = {"boundaries": "boundary", "scps": "scp", "rcps": "rcp", "sessions": "session"}.get(field, field)
        denied = whole._replace(**{field: (*getattr(whole, field), grant(kind, effect="Deny"))})
        assert outcome(denied, USER) == "explicit_deny", field
    deny = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sts:*"}
    allow = {"Effect": "Allow", "Principal": {"AWS": USER}, "Action": "sts:*"}
    assert outcome(whole._replace(trust=policy("trust", allow, deny)), USER) == "explicit_deny"


def test_the_denying_statement_is_named_with_its_policy() -> None:
    policies = Policies(
        trust(USER), scps=(policy("scp", {"Effect": "Deny", "Action": "*", "Resource": "*"}, name="no"),)
    )
    found = decision(policies, USER)
    assert found.because == "statement 1 of a service control policy 'no' denies it"
    assert [(reason.policy, reason.failed) for reason in found.statements] == [(0, ""), (1, "")]


def test_service_control_policies_must_allow_on_each_level() -> None:
    full = grant("scp", "*")
    deny_other = grant("scp", "s3:*", effect="Deny")
    assert outcome(Policies(trust(USER), scps=(full,)), USER) == "allow"
    assert outcome(Policies(trust(USER), scps=(full, full)), USER) == "allow"
    assert outcome(Policies(trust(USER), scps=(full, deny_other)), USER) == "allow"
    assert outcome(Policies(trust(USER), scps=(grant("scp", "s3:*"),)), USER) == "implicit_deny"
    assert outcome(Policies(trust(USER), scps=(full, grant("scp", "s3:*"))), USER) == "unknown"
    assert outcome(Policies(trust(USER), scps=(deny_other,)), USER) == "unknown"


def test_service_control_policies_bear_on_users_and_roles_and_not_on_services() -> None:
    nothing = (grant("scp", "*", effect="Deny"),)
    assert outcome(Policies(trust(EC2), scps=nothing), EC2) == "allow"
    web = Policies(trust(GITHUB, "sts:AssumeRoleWithWebIdentity"), scps=nothing)
    assert outcome(web, GITHUB, "sts:AssumeRoleWithWebIdentity") == "allow"
    linked = f"arn:aws:iam::{OWN}:role/aws-service-role/ssm.amazonaws.com/AWSServiceRoleForSSM"
    assert outcome(Policies(trust(linked), scps=nothing), linked) == "allow"
    assert outcome(Policies(trust(linked), rcps=(grant("rcp", effect="Deny"),)), linked) == "allow"


def test_resource_control_policies_bear_on_everybody_and_only_deny() -> None:
    deny = (grant("rcp", "*", effect="Deny"),)
    assert outcome(Policies(trust(EC2), rcps=deny), EC2) == "explicit_deny"
    assert outcome(Policies(trust(USER), rcps=(grant("rcp", "s3:*", effect="Deny"),)), USER) == "allow"


def test_web_identities_and_saml_need_the_trust_policy_alone() -> None:
    assert (
        outcome(Policies(trust(GITHUB, "sts:AssumeRoleWithWebIdentity")), GITHUB, "sts:AssumeRoleWithWebIdentity")
        == "allow"
    )
    assert outcome(Policies(trust(SAML, "sts:AssumeRoleWithSAML")), SAML, "sts:AssumeRoleWithSAML") == "allow"


@pytest.mark.parametrize(
    ("caller", "action"),
    [
        (ROOT, "sts:AssumeRole"),
        (f"arn:aws:sts::{OWN}:federated-user/eve", "sts:AssumeRole"),
        (GITHUB, "sts:AssumeRole"),
        (GITHUB, "sts:AssumeRoleWithSAML"),
        (SAML, "sts:AssumeRoleWithWebIdentity"),
    ],
)
def test_calls_that_sts_refuses_are_denied_whatever_the_policies_say(caller: Any, action: str) -> None:
    named = {"AWS": "*"} if isinstance(caller, str) else caller
    assert outcome(Policies(trust(named, "sts:*"), identity=IDENTITY), caller, action) == "implicit_deny"


def test_other_calls_are_decided_by_the_callers_side() -> None:
    read = {"action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"}
    everything = Policies(identity=(grant("identity", "s3:*"),))
    assert outcome(everything, USER, **read) == "allow"
    assert outcome(everything._replace(boundaries=(grant("boundary"),)), USER, **read) == "implicit_deny"
    assert outcome(everything._replace(sessions=(grant("session"),)), SESSION, **read) == "implicit_deny"
    assert outcome(everything._replace(scps=(grant("scp"),)), USER, **read) == "implicit_deny"
    assert outcome(everything._replace(rcps=(grant("rcp", "s3:*", effect="Deny"),)), USER, **read) == "explicit_deny"
    assert outcome(Policies(identity=IDENTITY), USER, **read) == "implicit_deny"
    assert outcome(Policies(scps=(grant("scp", "*"),)), ROOT, **read) == "allow"
    assert outcome(everything, EC2, **read) == "unknown"


def test_may_assume_needs_the_trust_policy() -> None:
    request = read_request({"principal": {"AWS": USER}, "action": "sts:AssumeRole"})
    assert may_assume(Policies(identity=IDENTITY), request).outcome == "unknown"


def test_a_doubt_about_who_is_named_matters_only_if_nothing_else_grants() -> None:
    doubtful = trust({"AWS": [ROOT, "AROAEXAMPLEID12345678"]})
    assert outcome(Policies(doubtful, identity=IDENTITY), SESSION) == "allow"
    assert outcome(Policies(doubtful), SESSION) == "unknown"
    assert outcome(Policies(doubtful), USER) == "implicit_deny"
