"""What is known of condition keys: their type, who sets them, when they are there, what follows from the principal.

Sources, read 2026-11: IAM user guide, "AWS global condition context keys"
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html), "IAM and AWS STS condition
context keys" (…/reference_policies_iam-condition-keys.html) and the table of principal key values under "Variables and
tags" (…/reference_policies_variables.html#principaltable). A key that is not listed here is free: any text, set by
anybody, there or not.
"""

import functools
from collections.abc import Mapping
from typing import Literal

from lictor import NamedTuple
from lictor_plugins.reasoning.dates import iso_of, seconds_of
from lictor_plugins.reasoning.model import ContextValue, Principal
from lictor_plugins.reasoning.principals import Identity, identify

KeyType = Literal["string", "arn", "bool", "numeric", "date", "ip", "binary"]
Presence = Literal["always", "never", "maybe"]


class KeyFacts(NamedTuple):
    """The type of a key, whether a request can have several values, and whether the caller chooses the value."""

    type: KeyType = "string"
    is_multivalued: bool = False
    is_callers_choice: bool = True


def _set_by_aws(type_: KeyType = "string", *, is_multivalued: bool = False) -> KeyFacts:
    return KeyFacts(type_, is_multivalued, is_callers_choice=False)


_FACTS: Mapping[str, KeyFacts] = {
    "aws:assumedroot": _set_by_aws("bool"),
    "aws:calledvia": _set_by_aws(is_multivalued=True),
    "aws:calledviafirst": _set_by_aws(),
    "aws:calledvialast": _set_by_aws(),
    "aws:chatbotsourcearn": _set_by_aws("arn"),
    "aws:currenttime": _set_by_aws("date"),
    "aws:ec2instancesourceprivateipv4": _set_by_aws("ip"),
    "aws:ec2instancesourcevpc": _set_by_aws(),
    "aws:epochtime": _set_by_aws("date"),
    "aws:federatedprovider": _set_by_aws("arn"),
    "aws:multifactorauthage": _set_by_aws("numeric"),
    "aws:multifactorauthpresent": _set_by_aws("bool"),
    "aws:principalaccount": _set_by_aws(),
    "aws:principalarn": _set_by_aws("arn"),
    "aws:principalisawsservice": _set_by_aws("bool"),
    "aws:principalorgid": _set_by_aws(),
    "aws:principalorgpaths": _set_by_aws(is_multivalued=True),
    "aws:principalservicename": _set_by_aws(),
    "aws:principalservicenameslist": _set_by_aws(is_multivalued=True),
    "aws:principaltype": _set_by_aws(),
    "aws:referer": KeyFacts(),
    "aws:requestedregion": KeyFacts(),
    "aws:resourceaccount": _set_by_aws(),
    "aws:resourceorgid": _set_by_aws(),
    "aws:resourceorgpaths": _set_by_aws(is_multivalued=True),
    "aws:securetransport": KeyFacts("bool"),
    "aws:sourceaccount": _set_by_aws(),
    "aws:sourcearn": _set_by_aws("arn"),
    "aws:sourceidentity": _set_by_aws(),
    "aws:sourceip": _set_by_aws("ip"),
    "aws:sourceorgid": _set_by_aws(),
    "aws:sourceorgpaths": _set_by_aws(is_multivalued=True),
    "aws:sourcevpc": _set_by_aws(),
    "aws:sourcevpcarn": _set_by_aws("arn"),
    "aws:sourcevpce": _set_by_aws(),
    "aws:tagkeys": KeyFacts(is_multivalued=True),
    "aws:tokenissuetime": _set_by_aws("date"),
    "aws:useragent": KeyFacts(),
    "aws:userid": _set_by_aws(),
    "aws:username": _set_by_aws(),
    "aws:viaawsservice": _set_by_aws("bool"),
    "aws:vpceaccount": _set_by_aws(),
    "aws:vpceorgid": _set_by_aws(),
    "aws:vpceorgpaths": _set_by_aws(is_multivalued=True),
    "aws:vpcsourceip": _set_by_aws("ip"),
    "ec2:roledelivery": _set_by_aws("numeric"),
    "ec2:sourceinstancearn": _set_by_aws("arn"),
    "iam:associatedresourcearn": KeyFacts("arn"),
    "iam:awsservicename": KeyFacts(),
    "iam:passedtoservice": KeyFacts(),
    "iam:permissionsboundary": KeyFacts("arn"),
    "iam:policyarn": KeyFacts("arn"),
    "saml:aud": _set_by_aws(),
    "saml:edupersonaffiliation": _set_by_aws(is_multivalued=True),
    "saml:edupersonassurance": _set_by_aws(is_multivalued=True),
    "saml:edupersonentitlement": _set_by_aws(is_multivalued=True),
    "saml:edupersonnickname": _set_by_aws(is_multivalued=True),
    "saml:edupersonorgdn": _set_by_aws(),
    "saml:edupersonscopedaffiliation": _set_by_aws(is_multivalued=True),
    "saml:edupersontargetedid": _set_by_aws(is_multivalued=True),
    "saml:iss": _set_by_aws(),
    "saml:namequalifier": _set_by_aws(),
    "saml:sub": _set_by_aws(),
    "saml:sub_type": _set_by_aws(),
    "sts:assumerolepolicyarns": KeyFacts(is_multivalued=True),
    "sts:awsservicename": KeyFacts(),
    "sts:durationseconds": KeyFacts("numeric"),
    "sts:externalid": KeyFacts(),
    "sts:requestcontextproviders": KeyFacts("arn", is_multivalued=True),
    "sts:roleauthorizedbyidp": _set_by_aws(),
    "sts:rolesessionname": KeyFacts(),
    "sts:sourceidentity": KeyFacts(),
    "sts:transitivetagkeys": KeyFacts(is_multivalued=True),
}
_PREFIXES: Mapping[str, KeyFacts] = {
    "aws:principaltag/": _set_by_aws(),
    "aws:resourcetag/": _set_by_aws(),
    "iam:resourcetag/": _set_by_aws(),
    "aws:requesttag/": KeyFacts(),
    "sts:requestcontext/": KeyFacts(),
}
_MULTIVALUED_CLAIM = ":amr"

TIMES = ("aws:currenttime", "aws:epochtime")
"""The keys with the moment of a request: as a date, and as seconds since 1970."""

_ALWAYS = frozenset({"aws:currenttime", "aws:epochtime", "aws:securetransport", "aws:useragent", "aws:requestedregion"})
_ALWAYS_OF_SIGNED = frozenset(
    {"aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:principalisawsservice", "aws:userid"}
)
OF_SOURCES = frozenset({"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"})
"""Keys that say on whose behalf a service calls. The guide says it of calls that a resource's policy decides."""

_ONLY_OF_SERVICES = OF_SOURCES | {"aws:principalservicename", "aws:principalservicenameslist"}
# A service is of no account of anybody's: its calls have no account and no ARN that a policy could name.
_NEVER_OF_SERVICES = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:multifactorauthpresent",
        "aws:multifactorauthage",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:username",
        "aws:federatedprovider",
    }
)
# Services that send an external ID for their customers: of user pools the Cognito API reference says so
# (SmsConfigurationType, ExternalId), of imported images the VM Import/Export user guide ("Required service role"), of
# delivery streams the Data Firehose developer guide ("Controlling access"); read 2026-11. No page says it of others.
_SENDING_EXTERNAL_ID = frozenset({"cognito-idp", "firehose", "vmie"})
_ONLY_OF_ROLES = frozenset({"aws:federatedprovider", "aws:sourceidentity", "ec2:sourceinstancearn", "ec2:roledelivery"})
_ONLY_OF_MEMBERS = frozenset(
    {
        "aws:username",
        "sts:externalid",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:multifactorauthpresent",
        "aws:multifactorauthage",
    }
)
_STS = "sts:"


def key_facts(key: str) -> KeyFacts:
    """Return what is known of a key, in lower case.

    >>> key_facts("aws:tagkeys").is_multivalued, key_facts("aws:sourceip").type, key_facts("acme:colour").type
    (True, 'ip', 'string')
    """
    known = _FACTS.get(key)
    if known is None:
        known = next((facts for prefix, facts in _PREFIXES.items() if key.startswith(prefix)), None)
    if known is None and provider_of(key):
        known = _set_by_aws(is_multivalued=key.endswith(_MULTIVALUED_CLAIM))
    return known or KeyFacts()


def provider_of(key: str) -> str:
    """Return the identity provider of a key such as `accounts.google.com:aud`, or "".

    >>> provider_of("oidc.eks.eu-west-1.amazonaws.com/id/ab:sub"), provider_of("aws:username")
    ('oidc.eks.eu-west-1.amazonaws.com/id/ab', '')
    """
    prefix, _, _ = key.rpartition(":")
    return prefix if "." in prefix.split("/", 1)[0] else ""


@functools.lru_cache(maxsize=50_000)
def presence(key: str, principal: Principal, action: str) -> Presence:  # noqa: PLR0911 - one return for each fact
    """Tell whether a request by a principal for an action has a key: always, never, or maybe.

    >>> presence("aws:sourcearn", Principal("AWS", "arn:aws:iam::111122223333:user/Eve"), "sts:AssumeRole")
    'never'
    >>> presence("acme:colour", Principal("Service", "ec2.amazonaws.com"), "ec2:RunInstances")
    'maybe'
    """
    identity = identify(principal)
    if key in _ALWAYS or key in derived_keys(principal, action):
        return "always"
    if key in _ONLY_OF_SERVICES:
        return "maybe" if identity.kind == "service" else "never"
    provider = provider_of(key)
    if provider or key.startswith("saml:"):
        return _presence_of_claim(key, provider, identity, action)
    if key == "sts:externalid" and action.lower() != "sts:assumerole" and action.lower().startswith(_STS):
        return "never"
    if identity.kind == "service":
        return _presence_of_service(key, principal.value)
    if identity.kind in ("federated", "anonymous"):
        return _presence_of_unsigned(key, identity)
    return _presence_of_signed(key, identity)


def _presence_of_service(key: str, service: str) -> Presence:
    if key == "sts:externalid":
        return "maybe" if service.partition(".")[0].lower() in _SENDING_EXTERNAL_ID else "never"
    return "never" if key in _NEVER_OF_SERVICES else "maybe"


def _presence_of_unsigned(key: str, identity: Identity) -> Presence:
    """A call without credentials has no keys of a member of an account (the guide says so of anonymous ones)."""
    if key in _ONLY_OF_MEMBERS or key.startswith("aws:principaltag/"):
        return "never"
    is_signed = key in _ALWAYS_OF_SIGNED or key in _ONLY_OF_ROLES or key == "aws:tokenissuetime"
    return "never" if identity.kind == "anonymous" and is_signed else "maybe"


def _presence_of_signed(key: str, identity: Identity) -> Presence:
    is_temporary = identity.kind in ("role", "role-session", "federated-user")
    if identity.kind in _PRINCIPAL_TYPES and key in _ALWAYS_OF_SIGNED:
        return "always"
    if key == "aws:username" or (key in _ONLY_OF_ROLES and identity.kind in ("user", "root")):
        return "never"
    return "always" if is_temporary and key == "aws:tokenissuetime" else "maybe"


def _presence_of_claim(key: str, provider: str, identity: Identity, action: str) -> Presence:
    """A claim is there when its provider vouches for the caller; the session that begins then keeps some of them."""
    if identity.kind in ("role", "role-session"):
        return "maybe"
    if identity.kind != "federated":
        return "never"
    if provider:
        return "maybe" if identity.provider == provider else "never"
    is_saml = identity.is_saml and action.lower() != "sts:assumerolewithwebidentity"
    return "always" if is_saml and key == "saml:aud" else "maybe" if is_saml else "never"


def time_keys(context: Mapping[str, ContextValue]) -> Mapping[str, ContextValue]:
    """Return the moment of a request in its other spelling, where a context has one of the two.

    >>> time_keys({"aws:epochtime": "1700000000"})
    {'aws:currenttime': '2023-11-14T22:13:20Z'}
    """
    now, epoch = (context.get(key) for key in TIMES)
    if isinstance(now, str) and epoch is None:
        seconds = seconds_of(now)
        return {} if seconds is None else {"aws:epochtime": format(seconds, "f")}
    seconds = seconds_of(epoch) if isinstance(epoch, str) and now is None else None
    return {} if seconds is None else {"aws:currenttime": iso_of(seconds)}


def derived_keys(principal: Principal, action: str) -> Mapping[str, ContextValue]:
    """Return the keys whose values follow from who calls.

    A session's ARN does not hold its role's path: the role's ARN is taken to have none.

    >>> sorted(derived_keys(Principal("AWS", "arn:aws:sts::111122223333:assumed-role/Audit/eve"), "s3:GetObject"))
    ['aws:principalaccount', 'aws:principalarn', 'aws:principalisawsservice', 'aws:principaltype']
    """
    del action
    return _derived_keys(principal)


@functools.lru_cache(maxsize=20_000)
def _derived_keys(principal: Principal) -> Mapping[str, ContextValue]:
    identity = identify(principal)
    if identity.kind == "service":
        return {"aws:principalisawsservice": "true", "aws:principalservicename": principal.value}
    if identity.kind == "anonymous":
        return _OF_ANONYMOUS
    if identity.kind not in _PRINCIPAL_TYPES:
        return {}
    keys: dict[str, ContextValue] = {
        "aws:principalarn": identity.entity_arn,
        "aws:principalaccount": identity.account,
        "aws:principaltype": _PRINCIPAL_TYPES[identity.kind],
        "aws:principalisawsservice": "false",
    }
    if identity.kind == "user":
        keys["aws:username"] = identity.name
    user_id = _user_id(principal, identity)
    if user_id:
        keys["aws:userid"] = user_id
    return keys


_OF_ANONYMOUS: Mapping[str, ContextValue] = {
    "aws:principalaccount": "anonymous",
    "aws:principaltype": "Anonymous",
    "aws:userid": "anonymous",
}
_PRINCIPAL_TYPES: Mapping[str, str] = {
    "user": "User",
    "role": "AssumedRole",
    "role-session": "AssumedRole",
    "root": "Account",
    "federated-user": "FederatedUser",
}


def _user_id(principal: Principal, identity: Identity) -> str:
    """Return the value of aws:userid as the table of principal key values has it, or ""."""
    if identity.kind == "root":
        return identity.account
    if identity.kind == "federated-user":
        return f"{identity.account}:{identity.name}"
    if identity.kind == "user":
        return principal.unique_id
    if ":" in principal.unique_id:
        return principal.unique_id
    return f"{principal.unique_id}:{identity.session}" if principal.unique_id and identity.session else ""
