"""What a principal is: an account, a user, a service, an identity provider, anyone, or something that can't be one."""

import functools
from collections.abc import Mapping
from typing import Any

from lictor import lazy_pattern
from lictor_plugins.arns import split_arn
from lictor_plugins.kinds.aws_iam.intrinsics import Text

PRINCIPAL_KINDS = (
    "anyone",
    "account",
    "user",
    "role",
    "role-session",
    "federated-user",
    "group",
    "service",
    "saml-provider",
    "oidc-provider",
    "canonical-user",
    "unique-id",
    "other-arn",
    "unresolved",
    "malformed",
)

OWN_ACCOUNT = "${AWS::AccountId}"

# IAM user guide, "Principal": the web identity providers that need no provider in the account.
WEB_IDENTITY_PROVIDERS = (
    "cognito-identity.amazonaws.com",
    "accounts.google.com",
    "graph.facebook.com",
    "www.amazon.com",
)

_ACCOUNT = lazy_pattern(r"\d{12}")
# AWS's own policies are those of `aws`; an origin access identity of CloudFront is a user of `cloudfront`.
_ACCOUNT_IN_ARN = lazy_pattern(r"\d{12}|aws|cloudfront|.*[*?$].*")
_WITH_ACCOUNT = ("iam", "sts")
_WHOLE_PLACEHOLDER = lazy_pattern(r"\$\{[^{}]*\}")
# IAM user guide, "IAM identifiers: unique IDs": a prefix of four letters, then at least 12 more.
_UNIQUE_ID = lazy_pattern(r"(ABIA|ACCA|AGPA|AIDA|AIPA|AKIA|ANPA|ANVA|APKA|AROA|ASCA|ASIA)[A-Z0-9]{12,}")
_SERVICE = lazy_pattern(
    r"([a-z0-9-]+)((\.[a-z0-9-]+|\.\$\{AWS::Region\})*)\.(amazonaws\.com(\.cn)?"
    r"|(?<=^alexa-appkit\.)amazon\.com|(?<=^alexa-connectedhome\.)amazon\.com|aws\.internal|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov|\$\{AWS::URLSuffix\})"
)
_CANONICAL_USER = lazy_pattern(r"[0-9a-f]{64}")
_IAM_KINDS = {"user": "user", "role": "role", "group": "group"}
_PROVIDER_KINDS = {"saml-provider", "oidc-provider"}


def read_principal(
    type_name: str | None,
    found: Text,
    *,
    is_bare: bool = False,
    own_account: str | None = None,
) -> dict[str, Any]:
    """Return a principal's normalised form. `own_account` is the account of the role, where it is known.

    >>> read_principal("AWS", Text("arn:aws:iam::111122223333:user/LiJuan"))["kind"]
    'user'
    >>> read_principal("Service", Text("ec2.amazonaws.com"))["service"]
    'ec2'
    """
    principal = text_principal(type_name, found.text, own_account)
    principal["is_bare"] = is_bare
    principal["is_number"] = found.is_number
    principal["is_assumed"] = found.is_assumed
    principal["is_unresolved"] = found.is_unresolved
    return principal


def text_principal(type_name: str | None, text: str, own_account: str | None) -> dict[str, Any]:
    """Return the normalised form of a principal that is written as text, with nothing left open."""
    principal = dict(_identify(type_name, text))
    account = principal["account"]
    if account == OWN_ACCOUNT:
        principal["is_own_account"] = True
    elif own_account and account and _ACCOUNT.fullmatch(account):
        principal["is_own_account"] = account == own_account
    return principal


@functools.lru_cache(maxsize=4_000)
def _identify(type_name: str | None, text: str) -> Mapping[str, Any]:
    return {
        "type": type_name,
        "value": text,
        "kind": "malformed",
        "partition": None,
        "account": None,
        "name": None,
        "path": None,
        "session": None,
        "provider": None,
        "service": None,
        "is_own_account": None,
        "is_bare": False,
        "is_number": False,
        "is_assumed": False,
        "is_unresolved": False,
        **_facts_of((type_name or "AWS").casefold(), text),
    }


def _facts_of(type_name: str, text: str) -> Mapping[str, Any]:  # noqa: PLR0911 - one return for each form
    if type_name == "aws" and text.startswith("arn:"):
        return _arn(text)
    if _WHOLE_PLACEHOLDER.fullmatch(text):
        return {"kind": "account", "account": text} if text == OWN_ACCOUNT else {"kind": "unresolved"}
    if type_name == "service":
        return _service(text)
    if type_name == "federated":
        return _federated(text)
    if type_name == "canonicaluser":
        return {"kind": "canonical-user"} if _CANONICAL_USER.fullmatch(text) else _malformed(text)
    if text == "*":
        return {"kind": "anyone"}
    if _ACCOUNT.fullmatch(text):
        return {"kind": "account", "account": text}
    if _UNIQUE_ID.fullmatch(text):
        return {"kind": "unique-id"}
    return _arn(text)


def _malformed(text: str) -> dict[str, Any]:
    return {"kind": "unresolved" if "${" in text else "malformed"}


def _service(text: str) -> dict[str, Any]:
    match = _SERVICE.fullmatch(text)
    if match is None:
        return _malformed(text)
    return {"kind": "service", "service": match[1]}


def _federated(text: str) -> dict[str, Any]:
    if text in WEB_IDENTITY_PROVIDERS:
        return {"kind": "oidc-provider", "provider": text}
    arn = _arn(text, providers=True)
    return arn if arn["kind"] in _PROVIDER_KINDS else _malformed(text)


def _arn(text: str, *, providers: bool = False) -> dict[str, Any]:
    parts = split_arn(text)
    if len(parts) != 6 or parts[0] != "arn" or not parts[1]:  # noqa: PLR2004 - an ARN has six parts
        return _malformed(text)
    _, partition, service, _, account, resource = parts
    if service in _WITH_ACCOUNT and account and not _ACCOUNT_IN_ARN.fullmatch(account):
        return _malformed(text)
    facts: dict[str, Any] = {
        "kind": "other-arn",
        "partition": partition,
        "account": account or None,
        "service": service,
        "name": resource,
    }
    form, _, rest = resource.partition("/")
    path, _, name = rest.rpartition("/")
    if service == "iam" and resource == "root":
        facts.update(kind="account", name=None)
    elif service == "iam" and form in _IAM_KINDS and name:
        facts.update(kind=_IAM_KINDS[form], name=name, path=f"/{path}/" if path else "/")
    elif service == "sts" and form == "assumed-role" and name:
        facts.update(kind="role-session", name=path or name, session=name if path else None)
    elif service == "sts" and form == "federated-user" and rest:
        facts.update(kind="federated-user", name=rest)
    elif providers and service == "iam" and form in _PROVIDER_KINDS and rest:
        facts.update(kind=form, name=None, provider=rest)
    elif not service or not resource:
        return _malformed(text)
    return facts
