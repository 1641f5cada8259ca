"""Whose tokens a statement for a web identity provider lets in, judged by what its conditions mean.

"pinned" says that only one tenant's tokens pass, "open" that a token of another tenant does, "unknown" that the policy
holds something that can't be judged: a value that is not known before deployment, or an operator that is none.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lictor import lazy_pattern
from lictor_plugins.functions.iam import iam_action_match
from lictor_plugins.functions.regexes import regex_match
from lictor_plugins.identity_providers import IdentityProvider, provider_for

PINNED, UNKNOWN, OPEN = "pinned", "unknown", "open"
_STRONGEST_FIRST = (PINNED, UNKNOWN, OPEN)

_CALL = "sts:AssumeRoleWithWebIdentity"
_LITERAL_OPERATORS = {"StringEquals", "StringEqualsIgnoreCase"}
_VARIABLE = lazy_pattern(r"\$\{[^{}]*\}")
_WILD = lazy_pattern(r"[*?]")

Condition = Mapping[str, Any]
Judge = Callable[[Condition, str], str]
"""Says of one value of a condition, under its base operator, what it pins."""


def identity_provider(provider: str) -> dict[str, Any]:
    """Return what is known of an identity provider, by its URL without scheme. `name` is "" for one that is not known.

    >>> identity_provider("gitlab.com")["is_shared"], identity_provider("login.example.com")["name"]
    (True, '')
    """
    row = provider_for(provider)
    return {
        "name": row.name if row else "",
        "title": row.title if row else provider,
        "is_shared": bool(row and row.is_shared),
        "is_verified": bool(row and row.is_verified),
        "audience_claims": list(row.audience_claims) if row else ["aud"],
        "tenant_claims": sorted(row.tenant_claims) if row else [],
        "required_keys": [*(f"{provider}:{claim}" for claim in row.required_claims), *row.required_keys] if row else [],
    }


def issuer(statement: Mapping[str, Any], principal: Mapping[str, Any]) -> str:
    """Return the URL, without scheme, of the provider that a principal stands for; "" if it is none or not known.

    Where the ARN is not known before deployment, the claims that the statement asks for tell whose tokens they are.

    >>> unresolved = {"type": "Federated", "kind": "unresolved", "provider": None}
    >>> issuer({"conditions": [{"provider": "gitlab.com"}]}, unresolved)
    'gitlab.com'
    """
    provider: str = principal["provider"] or ""
    if provider and ("${" not in provider or provider_for(provider)):
        return provider
    if (principal["type"] or "").lower() != "federated" or principal["kind"] not in ("unresolved", "oidc-provider"):
        return ""
    asked = {one["provider"] for one in statement["conditions"] if one["provider"] and "${" not in one["provider"]}
    return asked.pop() if len(asked) == 1 else provider


def tenant_pin(
    statement: Mapping[str, Any],
    principal: Mapping[str, Any],
    statements: Iterable[Mapping[str, Any]],
    pattern: str = "",
) -> str:
    """Say whether an Allow statement for a provider lets in the tokens of one tenant only.

    `statements` are all of the policy's: a Deny for every other tenant pins it as well. `pattern` is a regular
    expression for values of `sub` that pin the tenant because it customised its tokens.
    """
    row = provider_for(issuer(statement, principal))
    if row is None or not (row.tenant_claims or row.tenant_keys):
        return UNKNOWN

    def judge(condition: Condition, operator: str) -> str:
        key = condition["key"]
        if key in row.tenant_keys:
            return _all_values(condition, operator, lambda value: _judge_value(row.tenant_keys[key], value, operator))
        if condition["claim"] not in row.tenant_claims:
            # Session tags come out of the token; whether this provider's customers can choose them is not known.
            is_tag = key.startswith("aws:requesttag/") and not row.name.startswith("github")
            return UNKNOWN if is_tag else OPEN
        return _all_values(
            condition, operator, lambda value: _judge_claim(row, condition["claim"], value, operator, pattern)
        )

    return _pin(statement, principal, statements, judge)


def audience_pin(
    statement: Mapping[str, Any], principal: Mapping[str, Any], statements: Iterable[Mapping[str, Any]]
) -> str:
    """Say whether an Allow statement for a provider lets in only tokens that were made for one audience."""
    row = provider_for(issuer(statement, principal))
    claims = row.audience_claims if row else ("aud",)

    def judge(condition: Condition, operator: str) -> str:
        if condition["claim"] not in claims:
            return OPEN
        return _all_values(condition, operator, lambda value: _judge_value(r"(?=.*[^*?]).*", value, operator))

    return _pin(statement, principal, statements, judge)


def claim_pins(provider: str, claim: str, operator: str, value: str) -> bool:
    """Tell whether one value of a condition on a claim can't let in the tokens of another tenant.

    >>> claim_pins("gitlab.com", "sub", "StringLike", "project_path:acme/*")
    True
    >>> claim_pins("gitlab.com", "sub", "StringLike", "project_path:acme*")
    False
    """
    row = provider_for(provider)
    if row is None or claim not in row.tenant_claims:
        return False
    return _judge_claim(row, claim, value, operator, "") != OPEN


def claim_fits(provider: str, claim: str, value: str) -> bool:
    """Tell whether a token of the provider can have this value of a claim; true where its format is not known.

    >>> claim_fits("token.actions.githubusercontent.com", "sub", "repo:acme/app:refs/heads/main")
    False
    """
    row = provider_for(provider)
    format_ = row.formats.get(claim) if row else None
    return format_ is None or re.fullmatch(format_, value, re.DOTALL) is not None


def _pin(
    statement: Mapping[str, Any],
    principal: Mapping[str, Any],
    statements: Iterable[Mapping[str, Any]],
    judge: Judge,
) -> str:
    provider = issuer(statement, principal).lower()
    pins = [_allow_condition(one, statement["conditions"], provider, judge) for one in statement["conditions"]]
    pins += [
        _deny(deny, provider, judge)
        for deny in statements
        if deny["effect"] == "Deny" and deny["choice"] in (None, statement["choice"])
    ]
    return min(pins, key=_STRONGEST_FIRST.index, default=OPEN)


def _allow_condition(condition: Condition, siblings: Iterable[Condition], provider: str, judge: Judge) -> str:
    if not condition["claim"] and condition["key"].startswith("${"):
        return UNKNOWN
    if condition["operator"] == "Null" or condition["negated"] or condition["if_exists"]:
        return OPEN
    if condition["set_operator"] == "ForAllValues" and not _is_demanded(condition["key"], siblings):
        return OPEN
    if condition["claim"] and not _may_be_same(condition["provider"], provider):
        # A token of this provider has no claim of another one: nobody passes, which is another rule's finding.
        return PINNED
    return judge(condition, condition["operator"])


def _deny(deny: Mapping[str, Any], provider: str, judge: Judge) -> str:
    """Say what a Deny statement leaves of the provider's tokens."""
    if not any(iam_action_match(action, _CALL) for action in deny["actions"]):
        return UNKNOWN if deny["not_actions"] else OPEN
    if deny["has_not_principal"]:
        return UNKNOWN
    if not any(
        principal["kind"] == "anyone" or (principal["provider"] or "").lower() == provider
        for principal in deny["principals"]
    ):
        return OPEN
    # A negated operator is true for a claim that is absent, so such tokens are denied as well.
    refusals = [
        judge(condition, condition["operator"].replace("Not", "", 1))
        for condition in deny["conditions"]
        if condition["negated"]
        and condition["set_operator"] != "ForAnyValue"
        and (not condition["claim"] or _may_be_same(condition["provider"], provider))
    ]
    pin = min(refusals, key=_STRONGEST_FIRST.index, default=OPEN)
    # With a second condition beside it the Deny spares some tokens: which, is for the reader to say.
    return UNKNOWN if pin == PINNED and len(deny["conditions"]) > 1 else pin


def _may_be_same(provider: str, other: str) -> bool:
    return provider.rstrip("/") == other.rstrip("/") or "${" in provider or "${" in other


def _is_demanded(key: str, conditions: Iterable[Condition]) -> bool:
    return any(one["key"] == key and one["operator"] == "Null" and one["values"] == ["false"] for one in conditions)


def _all_values(condition: Condition, operator: str, judge_value: Callable[[str], str]) -> str:
    """Say what a condition pins: as much as the weakest of its values."""
    if not condition["values"] or operator not in _LITERAL_OPERATORS | {"StringLike"}:
        return UNKNOWN
    return max((judge_value(value) for value in condition["values"]), key=_STRONGEST_FIRST.index)


def _judge_claim(row: IdentityProvider, claim: str, value: str, operator: str, pattern: str) -> str:
    if pattern and claim == "sub" and regex_match(pattern, value):
        return PINNED
    if operator in _LITERAL_OPERATORS:
        lone = row.lone_claims.get(claim)
        if lone and re.fullmatch(lone, value, re.DOTALL) and not _WILD.search(value):
            # What every customer can choose pins nothing, unless the tenant comes behind it.
            return _judge_value(row.tenant_claims[claim], value, "")
        # Text compared letter for letter: a star in it matches nobody.
        return PINNED
    pin = _judge_value(row.tenant_claims[claim], value, operator)
    return UNKNOWN if pin == OPEN and not row.is_verified and not _WILD.match(value) else pin


def _judge_value(pattern: str, value: str, operator: str) -> str:
    if operator in _LITERAL_OPERATORS:
        return PINNED
    # What stands for a template's value may turn out to be a star, so it is read as one.
    if re.fullmatch(pattern, _VARIABLE.sub("*", value), re.DOTALL):
        return PINNED
    variable = _VARIABLE.search(value)
    if variable is None or _WILD.search(value[: variable.start()]):
        return OPEN
    return UNKNOWN
