"""Who a principal is, and whether a statement that names one means a caller.

IAM user guide, "Principal" and "NotPrincipal", read 2026-11:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import functools
import re
from typing import Literal

from lictor import NamedTuple, lazy_pattern
from lictor_plugins.reasoning.globs import ARN_PARTS, STAR, Tokens, matches_tokens, tokens
from lictor_plugins.reasoning.model import Effect, Principal
from lictor_plugins.reasoning.variables import placeholder

IdentityKind = Literal[
    "user", "role", "role-session", "root", "federated-user", "service", "federated", "anonymous", "other"
]
Reach = Literal["direct", "session", "account", "anyone"]
"""How a statement names a caller: itself (a role names its sessions), exactly its session, its account, or anyone."""

ANONYMOUS = Principal("Anonymous", "anonymous")
"""Who calls without credentials; only resource policies can let such a caller in."""

_ACCOUNT = lazy_pattern(r"\d{12}", re.ASCII)
_UNIQUE_ID = lazy_pattern(r"A[A-Z]{3}[A-Z0-9]{12,}")
_UNIQUE_IDS = {"user": "AIDA", "role": "AROA", "role-session": "AROA"}
SERVICE_LINKED = ":role/aws-service-role/"


class Identity(NamedTuple):
    """A principal taken apart. `entity_arn` is a session's role; `name` has no path; `provider` is a host and path."""

    kind: IdentityKind
    account: str = ""
    name: str = ""
    session: str = ""
    entity_arn: str = ""
    provider: str = ""
    is_saml: bool = False


@functools.lru_cache(maxsize=10_000)
def identify(principal: Principal) -> Identity:
    """Tell who a principal is.

    >>> identify(Principal("AWS", "arn:aws:sts::111122223333:assumed-role/Audit/eve")).entity_arn
    'arn:aws:iam::111122223333:role/Audit'
    >>> identify(Principal("AWS", "111122223333")).kind
    'root'
    """
    text = principal.value
    if principal.type == "Service":
        return Identity("service")
    if principal.type == "Federated":
        return _federated(text)
    if principal == ANONYMOUS:
        return Identity("anonymous")
    if principal.type != "AWS":
        return Identity("other")
    if _ACCOUNT.fullmatch(text):
        return Identity("root", text, entity_arn=f"arn:aws:iam::{text}:root")
    return _arn(text)


def _federated(text: str) -> Identity:
    provider = text.partition(":oidc-provider/")[2]
    if provider or ":" not in text:
        return Identity("federated", provider=(provider or text).lower())
    return Identity("federated", is_saml=":saml-provider/" in text)


def _arn(text: str) -> Identity:  # noqa: PLR0911 - one return for each form
    parts = text.split(":", ARN_PARTS - 1)
    if len(parts) != ARN_PARTS or parts[0] != "arn" or not _ACCOUNT.fullmatch(parts[4]):
        return Identity("other")
    _, partition, service, _, account, resource = parts
    form, _, rest = resource.partition("/")
    name = rest.rpartition("/")[2]
    if service == "iam" and resource == "root":
        return Identity("root", account, entity_arn=text)
    if service == "iam" and form == "user" and name:
        return Identity("user", account, name, entity_arn=text)
    if service == "iam" and form == "role" and name:
        return Identity("role", account, name, entity_arn=text)
    if service == "sts" and form == "federated-user" and rest:
        return Identity("federated-user", account, rest, entity_arn=text)
    role, _, session = rest.partition("/")
    if service == "sts" and form == "assumed-role" and role and session:
        return Identity("role-session", account, role, session, f"arn:{partition}:iam::{account}:role/{role}")
    return Identity("other", account)


_TYPES = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})


class Naming(NamedTuple):
    """Whether a statement's principal means a caller, how, and why that can't be known."""

    is_named: bool = False
    reach: Reach = "direct"
    doubt: str = ""


_NO = Naming()
_STAR_DOUBT = "whether the principal '*' means services and federated callers is not documented"


def is_about_star(truth: bool | str) -> bool:
    """Tell whether what is not known of a caller is only if `*` means callers of its kind."""
    return truth == _STAR_DOUBT


def names(stated: Principal, caller: Principal, effect: Effect = "Allow") -> Naming:  # noqa: PLR0911 - one return for each fact
    """Tell whether one principal of a statement means a caller.

    A Deny of `"*"` means everybody. The guide's pages on Principal and NotPrincipal say so ("explicitly deny all
    principals", "a principal can be […] AWS service, or other principal type"), and its example for
    aws:PrincipalIsAWSService spares services. Of an Allow it says "all users, including anonymous users", and it calls
    `{"AWS": "*"}` the same for anonymous users.

    >>> session = Principal("AWS", "arn:aws:sts::111122223333:assumed-role/Audit/eve")
    >>> names(Principal("AWS", "arn:aws:iam::111122223333:role/Audit"), session).is_named
    True
    """
    hole = placeholder(stated.value) if "${" in stated.value else ""
    if hole:
        return _perhaps(stated, caller, hole)
    if stated.value == "*" and stated.type in ("AWS", "*"):
        if caller.type in ("AWS", "Anonymous") or (effect, stated.type) == ("Deny", "*"):
            return Naming(is_named=True, reach="anyone")
        return Naming(doubt=_STAR_DOUBT)
    if stated.type not in _TYPES:
        return Naming(doubt=f"'{stated.type}' is no type of principal that is known")
    if stated.type != caller.type:
        if stated.type == "CanonicalUser" and caller.type == "AWS":
            return Naming(doubt="which account a canonical user is can't be told")
        return _NO
    if stated.type != "AWS":
        if stated.value == "*":
            return Naming(doubt=f"whom '*' means under {stated.type} is not documented")
        return Naming(is_named=stated.value == caller.value)
    if "*" in stated.value and identify(stated).kind != "role-session":
        return _names_by_pattern(stated, caller)
    return _names_entity(stated, caller)


def _names_by_pattern(stated: Principal, caller: Principal) -> Naming:
    """Tell whether a principal with a wildcard, which IAM refuses, may mean a caller: not whom it doesn't match."""
    identity = identify(caller)
    is_like = any(matches_tokens(tokens(stated.value), text) for text in _known_names(caller) if text)
    # A session's ARN does not say the path of its role.
    may_be_like = identity.kind == "role-session" and identify(stated).account in ("", identity.account)
    doubt = f"IAM takes no wildcard inside a principal: '{stated.value}'"
    return Naming(doubt=doubt) if is_like or may_be_like else _NO


def hole_tokens(text: str, hole: str) -> Tokens:
    """Return a text as tokens, with a star for each part that a template fills in; `hole` is the first of them."""
    before, _, after = text.partition(hole)
    return (*tokens(before, has_escapes=False), STAR, *tokens(re.sub(r"\$\{[^{}]*\}", "*", after)))


def _perhaps(stated: Principal, caller: Principal, hole: str) -> Naming:
    pattern = hole_tokens(stated.value, hole)
    if stated.type in ("AWS", "*") and matches_tokens(pattern, "*"):
        return Naming(doubt=f"'{hole}' is not known before deployment")
    if stated.type not in (caller.type, "*"):
        return _NO
    is_like = any(text and matches_tokens(pattern, text) for text in _known_names(caller))
    if is_like or identify(caller).kind == "role-session":
        return Naming(doubt=f"'{hole}' is not known before deployment")
    return _NO


def _known_names(caller: Principal) -> tuple[str, ...]:
    """Return what statements may call a caller, its account and its role."""
    identity = identify(caller)
    account_arn = f":iam::{identity.account}:root" if identity.account else ""
    return (caller.value, identity.entity_arn, identity.account, *(f"arn:{p}{account_arn}" for p in PARTITIONS))


PARTITIONS = ("aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-eusc")


def _names_entity(stated: Principal, caller: Principal) -> Naming:  # noqa: PLR0911 - one return for each kind
    wanted, identity = identify(stated), identify(caller)
    if _UNIQUE_ID.fullmatch(stated.value):
        return _names_id(stated.value, caller, identity)
    if wanted.kind == "root":
        is_same = identity.account == wanted.account and _is_of_partition(stated.value, caller.value)
        return Naming(is_named=is_same, reach="account")
    if wanted.kind == "role":
        is_named = identity.entity_arn == stated.value
        if not is_named and identity.kind == "role-session":
            # A session's ARN leaves out the role's path; a name is there once in an account.
            is_named = (wanted.account, wanted.name) == (identity.account, identity.name)
            is_named = is_named and _is_of_partition(stated.value, caller.value)
        return Naming(is_named=is_named)
    if wanted.kind == "role-session":
        return _names_session(wanted, identity, is_same=stated.value == caller.value)
    if wanted.kind == "user" and identity.kind == "federated-user" and wanted.account == identity.account:
        return Naming(
            doubt="a user's ARN names the federated sessions that it began, and whose this one is is not said"
        )
    if wanted.kind == "other" and _is_of_no_caller(stated.value):
        return _NO
    if wanted.kind == "other":
        return Naming(doubt=f"'{stated.value}' is no principal that is known")
    return Naming(is_named=stated.value == caller.value)


def _is_of_partition(stated: str, caller: str) -> bool:
    """Tell whether two ARNs are of one partition (IAM user guide: none delegates access to another).

    >>> _is_of_partition("arn:aws-cn:iam::111122223333:root", "arn:aws:iam::111122223333:user/Eve")
    False
    """
    one, other = (text.split(":", 2)[1] if text.startswith("arn:") else "" for text in (stated, caller))
    return not (one and other) or one == other


def _names_session(wanted: Identity, identity: Identity, *, is_same: bool) -> Naming:
    if "*" in wanted.session:
        return Naming(doubt="what a role session with a wildcard names is not documented")
    if identity.kind == "role" and (wanted.account, wanted.name) == (identity.account, identity.name):
        return Naming(doubt="the request says which role calls, and not in which session")
    return Naming(is_named=is_same, reach="session")


def _is_of_no_caller(arn: str) -> bool:
    """Tell whether an ARN is of something that never calls: of a group, or of what is neither of IAM nor of STS.

    >>> _is_of_no_caller("arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc"), _is_of_no_caller("somebody")
    (True, False)
    """
    parts = arn.split(":", ARN_PARTS - 1)
    if len(parts) < ARN_PARTS or parts[0] != "arn":
        return False
    return parts[2] not in ("iam", "sts") or (parts[2] == "iam" and parts[5].startswith("group/"))


def _names_id(unique_id: str, caller: Principal, identity: Identity) -> Naming:
    given = caller.unique_id.partition(":")[0]
    if given:
        return Naming(is_named=given == unique_id)
    if _UNIQUE_IDS.get(identity.kind) == unique_id[:4]:
        return Naming(doubt=f"the request does not say the caller's unique id, and the statement names '{unique_id}'")
    return _NO


def spares(stated: tuple[Principal, ...], caller: Principal) -> bool | str:
    """Tell whether a NotPrincipal leaves a caller out: all of user or role, session and account must be listed.

    IAM user guide, "NotPrincipal": who lists only some of them may deny the caller after all. In its first example the
    account is listed beside one user, and all others of the account are denied.
    """
    found = [names(principal, caller) for principal in stated]
    if not any(naming.is_named or naming.doubt for naming in found):
        return False
    doubt = next((naming.doubt for naming in found if naming.doubt), "")
    if any(naming.reach == "anyone" and naming.is_named for naming in found):
        return "what NotPrincipal with '*' leaves out is not documented"
    identity = identify(caller)
    reaches = {naming.reach for naming in found if naming.is_named}
    needed: dict[IdentityKind, set[Reach]] = {
        "root": {"account"},
        "user": {"direct", "account"},
        "federated-user": {"direct", "account"},
        "role": {"direct", "session", "account"},
        "role-session": {"direct", "session", "account"},
        "service": {"direct"},
        "federated": {"direct"},
        "anonymous": {"anyone"},
    }
    if needed.get(identity.kind, {"direct"}) <= reaches:
        return True
    if reaches == {"account"} and not doubt:
        return False
    return doubt or "NotPrincipal lists the caller only in part: entity, session and account must all be there"
