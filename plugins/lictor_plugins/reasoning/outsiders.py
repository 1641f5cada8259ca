"""Who is an outsider: callers of other accounts, tokens of tenants nobody named, services that act for strangers."""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping

from lictor import NamedTuple, lazy_pattern
from lictor_plugins.identity_providers import IdentityProvider, provider_for
from lictor_plugins.reasoning.actions import ASSUME_ACTIONS
from lictor_plugins.reasoning.callers import accounts_named
from lictor_plugins.reasoning.domains import patterns_of
from lictor_plugins.reasoning.model import Condition, ContextValue, Policy, Principal, Statement, Trusted
from lictor_plugins.reasoning.operators import NEGATED
from lictor_plugins.reasoning.patterns import Pattern, exact, glob
from lictor_plugins.reasoning.physics import Exclusion
from lictor_plugins.reasoning.principals import identify
from lictor_plugins.reasoning.proofs import Scope

_GUEST = "unauthenticated"
_UNIQUE_ID = lazy_pattern(r"A(?:ROA|IDA)[A-Z0-9]{12,}", re.ASCII)


def outside(policy: Policy, trusted: Trusted, own: frozenset[str], ways: frozenset[str]) -> Scope:
    """Return the requests of outsiders: callers in none of these accounts and organizations, by these ways."""
    insiders = own | trusted.accounts
    if not own:
        insiders |= named_accounts(policy)

    def is_asked(caller: Principal) -> bool:
        identity = identify(caller)
        if identity.kind == "service":
            return "service" in ways
        if identity.kind == "federated":
            return "federated" in ways and _is_open(caller, identity.provider, insiders)
        if identity.kind == "anonymous":
            return "aws" in ways
        return "aws" in ways and bool(identity.account) and identity.account not in insiders

    exclusions = [*_organizations(trusted), *_tenants(policy)]
    if "service" in ways:
        exclusions += _sources(insiders, trusted)
    return Scope(
        insiders,
        is_asked,
        tuple(exclusions),
        has_services="service" in ways,
        is_trust=policy.kind == "trust",
        calls=ASSUME_ACTIONS,
    )


def may_mean_outsider(statement: Statement, scope: Scope) -> bool:
    """Tell whether a statement may name one of the callers who are asked about; most name insiders alone."""
    accounts = accounts_named(statement)
    if accounts is None or not accounts <= scope.accounts:
        return True
    is_asked = scope.is_asked
    return any(each.type != "AWS" and (is_asked is None or is_asked(each)) for each in statement.principals or ())


def known_ids(policy: Policy) -> Exclusion | None:
    """Return that nobody outside has the unique ids that conditions of a policy name; None if they name none.

    Whose `AROA…` is can't be told from a policy, only that it is one entity's and of one account.
    """
    found = {
        match[0]
        for statement in policy.statements
        for condition in statement.conditions
        if condition.key == "aws:userid"
        for value in condition.values
        if (match := _UNIQUE_ID.match(value)) and value[match.end() : match.end() + 1] in ("", ":")
    }
    if not found:
        return None

    def is_known(_caller: Principal, value: ContextValue) -> bool:
        return isinstance(value, str) and value.partition(":")[0] in found

    return Exclusion("aws:userid", is_known, tuple(glob(f"{each}*") for each in sorted(found)))


def named_accounts(policy: Policy) -> frozenset[str]:
    """Return the accounts of those whom a policy's Allow statements name."""
    return frozenset(
        identify(principal).account
        for statement in policy.statements
        if statement.effect == "Allow"
        for principal in statement.principals or ()
        if principal.type == "AWS" and identify(principal).account
    )


def _is_open(caller: Principal, provider: str, insiders: frozenset[str]) -> bool:
    """Tell whether outsiders can hold an assertion of a provider: a shared one, or one of another account."""
    parts = caller.value.split(":")
    account = parts[4] if len(parts) > 5 else ""  # noqa: PLR2004 - an ARN's parts
    if account and insiders and account not in insiders:
        return True
    row = provider_for(provider) if provider else None
    return row is not None and row.is_shared


def _organizations(trusted: Trusted) -> Iterator[Exclusion]:
    if not trusted.organizations:
        return
    ids = trusted.organizations

    def is_member(caller: Principal, value: ContextValue) -> bool:
        texts = (value,) if isinstance(value, str) else value
        return identify(caller).kind not in ("service", "federated") and any(
            text.partition("/")[0] in ids for text in texts
        )

    ordered = sorted(ids)
    yield Exclusion("aws:principalorgid", is_member, tuple(map(exact, ordered)))
    yield Exclusion("aws:principalorgpaths", is_member, tuple(glob(f"{each}/*") for each in ordered))


def _sources(insiders: frozenset[str], trusted: Trusted) -> Iterator[Exclusion]:
    """A service that acts for a resource of an insider is none that a stranger has sent."""
    accounts, ids = sorted(insiders), sorted(trusted.organizations)

    def is_insiders(caller: Principal, value: ContextValue) -> bool:
        texts = (value,) if isinstance(value, str) else value
        return identify(caller).kind == "service" and any(text in insiders for text in texts)

    def is_insiders_arn(caller: Principal, value: ContextValue) -> bool:
        parts = value.split(":") if isinstance(value, str) else []
        return identify(caller).kind == "service" and len(parts) > 5 and parts[4] in insiders  # noqa: PLR2004 - an ARN's parts

    def is_members(caller: Principal, value: ContextValue) -> bool:
        texts = (value,) if isinstance(value, str) else value
        return identify(caller).kind == "service" and any(text.partition("/")[0] in ids for text in texts)

    yield Exclusion("aws:sourceaccount", is_insiders, tuple(map(exact, accounts)))
    yield Exclusion("aws:sourcearn", is_insiders_arn, tuple(glob(f"arn:*:*:*:{each}:*") for each in accounts))
    if ids:
        yield Exclusion("aws:sourceorgid", is_members, tuple(map(exact, ids)))
        yield Exclusion("aws:sourceorgpaths", is_members, tuple(glob(f"{each}/*") for each in ids))


def _tenants(policy: Policy) -> Iterator[Exclusion]:
    """Yield, for each claim that tells tenants apart, the values of tenants that the policy names.

    An Allow names those that its conditions want, a Deny those that its negated conditions spare.
    """
    pinned: dict[tuple[str, str], list[Pattern]] = {}
    for principal, row, provider in _shared_providers(policy):
        forms = _tenant_keys(row, provider)
        for statement in policy.statements:
            is_deny = statement.effect == "Deny"
            if not is_deny and (principal not in (statement.principals or ()) or _is_for_guests(statement)):
                continue
            for condition in statement.conditions:
                form = forms.get(condition.key)
                if form is not None:
                    found = list(_pinned(condition, form, is_deny=is_deny, has_variables=policy.has_variables))
                    pinned.setdefault((principal.value, condition.key), []).extend(found)
    for (provider_value, key), patterns in pinned.items():
        if patterns:
            yield Exclusion(key, _of_tenant(provider_value, tuple(patterns)), tuple(patterns))


def _is_for_guests(statement: Statement) -> bool:
    """Tell whether a statement is for those who have not signed in to an identity pool, which everybody may be.

    Amazon Cognito developer guide, "Role trust and permissions", read 2026-11.
    """
    return any(
        condition.key.endswith(":amr") and condition.operator not in NEGATED and set(condition.values) == {_GUEST}
        for condition in statement.conditions
    )


def _shared_providers(policy: Policy) -> Iterator[tuple[Principal, IdentityProvider, str]]:
    allowed = (each.principals or () for each in policy.statements if each.effect == "Allow")
    for principal in dict.fromkeys(itertools.chain.from_iterable(allowed)):
        provider = identify(principal).provider
        row = provider_for(provider) if provider else None
        if principal.type == "Federated" and row is not None and row.is_shared:
            yield principal, row, provider


class _Form(NamedTuple):
    """What a value that pins the tenant looks like, and one that every customer can choose."""

    pinning: str
    lone: str


def _tenant_keys(row: IdentityProvider, provider: str) -> Mapping[str, _Form]:
    claims = {
        f"{provider}:{claim}".lower(): _Form(form, row.lone_claims.get(claim, ""))
        for claim, form in row.tenant_claims.items()
    }
    return {**claims, **{key: _Form(form, "") for key, form in row.tenant_keys.items()}}


def _pinned(condition: Condition, form: _Form, *, is_deny: bool, has_variables: bool) -> Iterator[Pattern]:
    """Yield the values of a condition that only tenants have whom the policy names.

    Where `*` and `?` stand for themselves, a value with one is nobody's: no name and no id of a tenant holds them.
    """
    if (condition.operator in NEGATED) is not is_deny or condition.operator == "Null":
        return
    case = re.IGNORECASE if condition.operator.endswith("IgnoreCase") else re.NOFLAG
    is_literal = not NEGATED.get(condition.operator, condition.operator).endswith("Like")
    for value in condition.values:
        is_nobodys = is_literal and _holds_wildcard(value) and not re.match(form.lone or "(?!)", value, case)
        if is_nobodys or re.fullmatch(form.pinning, value, re.DOTALL | case):
            yield from patterns_of(condition._replace(values=(value,)), {}, has_variables=has_variables)


def _holds_wildcard(value: str) -> bool:
    """Tell whether a value that is wholly known holds what is a wildcard elsewhere."""
    return "${" not in value and ("*" in value or "?" in value)


def _of_tenant(provider_value: str, patterns: tuple[Pattern, ...]) -> Callable[[Principal, ContextValue], bool]:
    def is_excluded(caller: Principal, value: ContextValue) -> bool:
        texts = (value,) if isinstance(value, str) else value
        return caller.value == provider_value and any(pattern.matches(text) for pattern in patterns for text in texts)

    return is_excluded
