"""The table of identity providers, and the query functions that judge statements by it."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lictor_plugins.functions.identity_providers import (
    audience_pin,
    claim_fits,
    claim_pins,
    identity_provider,
    issuer,
    tenant_pin,
)
from lictor_plugins.identity_providers import PROVIDERS, IdentityProvider, provider_for
from lictor_plugins.kinds.aws_iam.conditions import key_facts, read_operator

GITHUB = "token.actions.githubusercontent.com"


def condition(operator: str, key: str, *values: str) -> dict[str, Any]:
    parts = read_operator(operator)
    return {
        **key_facts(key),
        "operator": parts.base,
        "set_operator": parts.set_operator,
        "if_exists": parts.if_exists,
        "negated": parts.is_negated,
        "values": list(values),
        "is_unresolved": any("${" in value for value in values),
    }


def principal(provider: str) -> dict[str, Any]:
    return {"type": "Federated", "kind": "oidc-provider", "provider": provider}


UNRESOLVED = {"type": "Federated", "kind": "unresolved", "provider": None}


def statement(*conditions: dict[str, Any], effect: str = "Allow") -> dict[str, Any]:
    return {
        "effect": effect,
        "choice": None,
        "actions": ["sts:AssumeRoleWithWebIdentity"],
        "not_actions": [],
        "has_not_principal": False,
        "principals": [{"kind": "anyone", "provider": None}],
        "conditions": list(conditions),
    }


def pin(provider: str, *conditions: dict[str, Any]) -> str:
    return tenant_pin(statement(*conditions), principal(provider), [])


@pytest.mark.parametrize(
    ("issuer", "name"),
    [
        (GITHUB, "github"),
        (GITHUB + "/acme", "github-enterprise"),
        ("token.actions.acme.ghe.com", "github-enterprise"),
        ("GitLab.com", "gitlab"),
        ("oidc.circleci.com/org/0c7d2a3e-5d54-4d6c-a41d-6bcb1c1d2f10", "circleci"),
        ("api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc", "bitbucket"),
        ("oidc.eks.cn-north-1.amazonaws.com.cn/id/D0A1", "eks"),
        ("oidc.eks.${AWS::Region}.amazonaws.com/id/${Id}", "eks"),
        ("sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/", "sentinel"),
        ("sts.windows.net/0c7d2a3e-5d54-4d6c-a41d-6bcb1c1d2f10/", "azure"),
        ("oidc.vercel.com", "vercel"),
        ("oidc.vercel.com/acme", "vercel-team"),
        ("acme.app.spacelift.io", "spacelift"),
    ],
)
def test_an_issuer_is_found_by_its_url(issuer: str, name: str) -> None:
    row = provider_for(issuer)
    assert row is not None
    assert row.name == name


def test_an_issuer_that_only_ends_or_begins_alike_is_not_known() -> None:
    assert provider_for("notgitlab.com") is None
    assert provider_for("gitlab.com.example.com") is None
    assert identity_provider("gitlab.example.com")["name"] == ""


@pytest.mark.parametrize("row", PROVIDERS, ids=lambda row: row.name)
def test_every_row_says_where_it_comes_from_and_can_be_pinned(row: IdentityProvider) -> None:
    assert row.sources or not row.is_verified
    assert all(source.startswith("https://") for source in row.sources)
    assert not row.is_shared or row.tenant_claims or row.tenant_keys
    assert set(row.required_claims) <= set(row.tenant_claims)
    for pattern in [*row.tenant_claims.values(), *row.tenant_keys.values()]:
        assert re.fullmatch(pattern, "*") is None
        assert re.fullmatch(pattern, "") is None
    assert len({one.name for one in PROVIDERS}) == len(PROVIDERS)


@given(st.sampled_from(PROVIDERS), st.text("*?", min_size=1, max_size=4))
def test_a_value_of_wildcards_alone_pins_no_tenant(row: IdentityProvider, value: str) -> None:
    host = row.hosts[0].replace("*", "x")
    for claim in row.tenant_claims:
        assert pin(host, condition("StringLike", f"{host}:{claim}", value)) != "pinned"


@given(st.text("abc:/*?@", max_size=12))
def test_what_pins_a_repository_matches_no_subject_of_another_owner(value: str) -> None:
    """The glob of a value that is said to pin must not match another owner's token."""
    pattern = "repo:" + value
    if claim_pins(GITHUB, "sub", "StringLike", pattern):
        text = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
        owner = re.split("[/:@]", value)[0]
        assert re.fullmatch(text, f"repo:{owner}x/b:ref:refs/heads/c", re.DOTALL) is None
        assert re.fullmatch(text, "repo:zzz/b:ref:refs/heads/c", re.DOTALL) is None


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("StringEquals", "repo:acme/app:ref:refs/heads/main", "pinned"),
        ("StringEqualsIgnoreCase", "repo:acme/app:pull_request", "pinned"),
        ("StringLike", "repo:acme@12/app@34:*", "pinned"),
        ("StringLike", "repo:acme/*", "pinned"),
        ("StringLike", "repo:acme/${Name}:*", "pinned"),
        ("StringLike", "repo:${Owner}/app:*", "unknown"),
        ("StringLike", "${Sub}", "unknown"),
        ("StringLike", "*${Sub}", "open"),
        ("StringEquals", "${Sub}", "pinned"),
        ("StringLike", "repo:acme*", "open"),
        ("StringLike", "repo:ac?e/app:*", "open"),
        ("StringEquals", "environment:production", "open"),
        ("StringEquals", "environment:${Name}", "unknown"),
        ("StringEquals", "environment:production:repo:acme/app", "pinned"),
        ("StringLike", "repo:acme@*", "pinned"),
        ("StringEqualsIfExists", "repo:acme/app:*", "open"),
        ("StringNotEquals", "repo:acme/app:*", "open"),
        ("ForAllValues:StringLike", "repo:acme/*", "open"),
        ("ForAnyValue:StringLike", "repo:acme/*", "pinned"),
        ("ArnLike", "repo:acme/*", "unknown"),
    ],
)
def test_a_subject_is_judged_by_its_operator_and_value(operator: str, value: str, expected: str) -> None:
    assert pin(GITHUB, condition(operator, GITHUB + ":sub", value)) == expected


def test_one_condition_that_pins_is_enough_and_the_weakest_value_counts() -> None:
    weak = condition("StringLike", GITHUB + ":sub", "repo:acme/*", "repo:*")
    assert pin(GITHUB, weak) == "open"
    assert pin(GITHUB, weak, condition("StringEquals", GITHUB + ":repository_owner_id", "12")) == "pinned"


def test_a_null_that_demands_the_claim_makes_up_for_for_all_values() -> None:
    every = condition("ForAllValues:StringLike", GITHUB + ":sub", "repo:acme/*")
    assert pin(GITHUB, every, condition("Null", GITHUB + ":sub", "false")) == "pinned"


def test_a_claim_of_another_provider_lets_nobody_in() -> None:
    assert pin(GITHUB, condition("StringEquals", "gitlab.com:sub", "x")) == "pinned"
    assert pin(GITHUB, condition("StringNotEquals", "gitlab.com:sub", "x")) == "open"


def test_a_slash_at_the_end_of_an_issuer_makes_no_other_provider() -> None:
    issuer_url = "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d"
    assert pin(issuer_url, condition("StringEquals", issuer_url + "/:aud", "x")) == "open"


def test_session_tags_pin_where_the_provider_signs_them() -> None:
    tag = condition("StringEquals", "aws:RequestTag/organization_slug", "acme")
    assert pin("agent.buildkite.com", tag) == "pinned"
    assert pin(GITHUB, tag) == "open"
    assert pin("gitlab.com", tag) == "unknown"


def test_a_deny_of_other_tenants_pins_unless_a_second_condition_spares_some() -> None:
    allow, provider = statement(), principal(GITHUB)
    refusal = condition("StringNotLike", GITHUB + ":sub", "repo:acme/*")
    assert tenant_pin(allow, provider, [statement(refusal, effect="Deny")]) == "pinned"
    other = condition("Bool", "aws:SecureTransport", "true")
    assert tenant_pin(allow, provider, [statement(refusal, other, effect="Deny")]) == "unknown"
    branch = {**statement(refusal, effect="Deny"), "choice": "Prod"}
    assert tenant_pin(allow, provider, [branch]) == "open"


def test_a_pattern_of_ones_own_says_what_pins() -> None:
    custom = statement(condition("StringLike", GITHUB + ":sub", "acme-*"))
    assert tenant_pin(custom, principal(GITHUB), []) == "open"
    assert tenant_pin(custom, principal(GITHUB), [], "^acme-") == "pinned"


def test_a_provider_that_is_not_known_is_not_judged() -> None:
    assert pin("login.example.com") == "unknown"
    assert pin("acme.okta.com") == "unknown"


@pytest.mark.parametrize(
    ("provider", "key", "expected"),
    [
        (GITHUB, "aud", "pinned"),
        ("login.example.com", "aud", "pinned"),
        ("accounts.google.com", "oaud", "pinned"),
        ("graph.facebook.com", "app_id", "pinned"),
        ("graph.facebook.com", "aud", "open"),
        (GITHUB, "sub", "open"),
    ],
)
def test_an_audience_has_its_own_claim_at_each_provider(provider: str, key: str, expected: str) -> None:
    one = statement(condition("StringEquals", f"{provider}:{key}", "x"))
    assert audience_pin(one, principal(provider), []) == expected


def test_formats_tell_subjects_that_no_token_has() -> None:
    assert claim_fits(GITHUB, "sub", "repo:acme/app:ref:refs/tags/v1")
    assert claim_fits(GITHUB, "sub", "repo:acme/app:workflow:deploy")
    assert not claim_fits(GITHUB, "sub", "repo:acme/app:ref:main")
    assert not claim_fits(GITHUB, "sub", "repo:acme/app")
    assert claim_fits("login.example.com", "sub", "anything")


def test_the_claims_tell_which_provider_an_unknown_principal_is() -> None:
    one = statement(condition("StringLike", GITHUB + ":sub", "repo:*"))
    assert issuer(one, UNRESOLVED) == GITHUB
    assert tenant_pin(one, UNRESOLVED, []) == "open"
    two = statement(condition("StringLike", GITHUB + ":sub", "repo:*"), condition("StringLike", "gitlab.com:sub", "*"))
    assert issuer(two, UNRESOLVED) == ""
    assert issuer(one, {"type": "AWS", "kind": "unresolved", "provider": None}) == ""
    assert issuer(one, principal("${Issuer}")) == GITHUB
    assert issuer(one, principal("gitlab.com")) == "gitlab.com"
