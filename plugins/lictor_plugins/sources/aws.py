"""A live AWS account as a document: what `aws iam get-account-authorization-details` says of it.

Addresses are `aws://`, `aws://PROFILE` and `aws://123456789012`, which refuses any other account. The document is
called `aws://123456789012/iam`, with the profile before the account (`aws://audit@123456789012/iam`) if one was named.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from lictor import LictorError, Location, Phase, Problem

if TYPE_CHECKING:
    from boto3.session import Session

_ADDRESS = re.compile(r"aws://(?:(?P<profile>[^@/]+)@)?(?P<host>[^@/]*)(?:/(?:iam)?)?", re.IGNORECASE)
_ACCOUNT = re.compile(r"\d{12}")
_LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
_ATTEMPTS = 10  # of each call, with growing pauses: IAM lets few calls a second through

_NO_CREDENTIALS = frozenset(
    {
        "NoCredentialsError",
        "PartialCredentialsError",
        "CredentialRetrievalError",
        "TokenRetrievalError",
        "SSOTokenLoadError",
        "UnauthorizedSSOTokenError",
        "LoginRefreshRequired",
    }
)
# Error codes of the AWS APIs ("Common errors" of IAM and STS, read 2026-11).
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"})
_THROTTLED = frozenset({"Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded"})
_REFUSED = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)


class Address(NamedTuple):
    """What an address says; "" for what it leaves out."""

    profile: str
    account: str


def read_address(url: str) -> Address:
    """Take an address apart. Raises LictorError when it is none of an account.

    >>> read_address("aws://audit"), read_address("aws://audit@111122223333/iam")
    (Address(profile='audit', account=''), Address(profile='audit', account='111122223333'))
    """
    match = _ADDRESS.fullmatch(url)
    host = match["host"] if match else ""
    if match is None or (match["profile"] and not _ACCOUNT.fullmatch(host)):
        hint = "addresses are aws://, aws://PROFILE and aws://123456789012"
        raise LictorError([_problem("bad-address", f"expected an AWS account, found '{url}'", url, hint)])
    if _ACCOUNT.fullmatch(host):
        return Address(match["profile"] or "", host)
    return Address(host, "")


def list_accounts(url: str) -> Iterator[str]:
    """Yield the name of the account that an address leads to. Raises LictorError when it can't be reached."""
    address = read_address(url)
    with _told(url):
        found = _client(_session(address, url), "sts").get_caller_identity()["Account"]
    if address.account not in {"", found}:
        message = f"the credentials are of account '{found}', not of '{address.account}'"
        raise LictorError([_problem("source-error", message, url, "name the profile that leads there: aws://PROFILE")])
    yield f"aws://{address.profile}@{found}/iam" if address.profile else f"aws://{found}/iam"


def read_account(name: str) -> bytes:
    """Return an account's document. Raises LictorError when it can't be had."""
    with _told(name):
        details = read_details(_client(_session(read_address(name), name), "iam"))
    return json.dumps(details, indent=2, ensure_ascii=False, default=str).encode()


def read_details(client: Any) -> dict[str, Any]:  # noqa: ANN401 - boto3 makes its clients' types at run time
    """Read all pages of an account's details into one; AWS's own policies only as far as they are attached."""
    details: dict[str, Any] = {name: [] for name in _LISTS}
    for page in client.get_paginator("get_account_authorization_details").paginate():
        for name in _LISTS:
            details[name].extend(page.get(name, ()))
    details["Policies"] = [policy for policy in details["Policies"] if _is_used(policy)]
    for name in _LISTS:
        details[name].sort(key=lambda entry: str(entry.get("Arn")))
    return details


def _is_used(policy: Mapping[str, Any]) -> bool:
    is_own = ":iam::aws:" not in str(policy.get("Arn"))
    return is_own or bool(policy.get("AttachmentCount") or policy.get("PermissionsBoundaryUsageCount"))


def _session(address: Address, url: str) -> "Session":
    try:
        import boto3
    except ModuleNotFoundError:
        hint = "install it with: pip install 'lictor[aws]'"
        message = "reading a live account needs the package 'boto3'"
        raise LictorError([_problem("source-error", message, url, hint)]) from None
    return boto3.Session(profile_name=address.profile or None)


def _client(session: "Session", service: str) -> Any:  # noqa: ANN401 - boto3 makes its clients' types at run time
    from botocore.config import Config

    retries = Config(retries={"mode": "adaptive", "total_max_attempts": _ATTEMPTS})
    # both services answer for the whole partition, so any region of it will do where none is set
    return session.client(service, region_name=session.region_name or "us-east-1", config=retries)


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Turn what boto3 raises into a problem that says what to do."""
    try:
        yield
    except LictorError:
        raise
    except Exception as error:
        if not type(error).__module__.startswith(("botocore", "boto3")):
            raise
        raise LictorError([_said(error, url)]) from error


def _said(error: Exception, url: str) -> Problem:
    response = getattr(error, "response", None)
    code = response.get("Error", {}).get("Code", "") if isinstance(response, dict) else ""
    name = type(error).__name__
    if name == "ProfileNotFound":
        return _problem("source-error", "there is no such AWS profile", url, "aws configure list-profiles lists them")
    if name in _NO_CREDENTIALS:
        hint = "sign in first, as for the AWS command line: aws sso login, AWS_PROFILE or a role of the machine"
        return _problem("source-error", "no AWS credentials were found", url, hint)
    if code in _DENIED:
        hint = "it takes iam:GetAccountAuthorizationDetails, which AWS's policy SecurityAudit allows"
        return _problem("source-error", f"AWS denies access: {_message(response)}", url, hint)
    if code in _THROTTLED:
        message = f"AWS let no more calls through after {_ATTEMPTS} attempts"
        return _problem("source-error", message, url, "try again later; others may be calling IAM in this account")
    if code in _REFUSED:
        hint = "they may have expired: sign in again"
        return _problem("source-error", f"AWS refuses the credentials: {_message(response)}", url, hint)
    said = _message(response) or str(error)
    return _problem("source-error", f"the account can't be read: {said}", url, "check the network and AWS_ENDPOINT_URL")


def _message(response: Any) -> str:  # noqa: ANN401 - any answer
    message = response.get("Error", {}).get("Message", "") if isinstance(response, dict) else ""
    return str(message).rstrip(".")


def _problem(code: str, message: str, url: str, hint: str) -> Problem:
    phase: Phase = "usage" if code == "bad-address" else "document"
    return Problem(code, message, phase, hint=hint, location=Location(url))
