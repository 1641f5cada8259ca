"""A policy that was found somewhere in a document: what every place a policy can live in hands on."""

from collections.abc import Mapping
from typing import Any

from lictor import EMBEDDED, EMPTY, LictorError, NamedTuple, Path, embedded_json
from lictor_plugins.kinds.aws_iam.intrinsics import Template, intrinsic, texts

TRUST_POLICY = "aws.iam.trust-policy"
IDENTITY_POLICY = "aws.iam.identity-policy"
PERMISSIONS_BOUNDARY = "aws.iam.permissions-boundary"
RESOURCE_POLICY = "aws.iam.resource-policy"
SCP = "aws.iam.scp"
RCP = "aws.iam.rcp"
ENDPOINT_POLICY = "aws.iam.endpoint-policy"
POLICY_KINDS = (TRUST_POLICY, IDENTITY_POLICY, PERMISSIONS_BOUNDARY, RESOURCE_POLICY, SCP, RCP, ENDPOINT_POLICY)

ACCOUNT = "aws.account"
ROLE = "aws.iam.role"
USER = "aws.iam.user"
GROUP = "aws.iam.group"
PERMISSION_SET = "aws.iam.permission-set"
PRINCIPAL_KINDS = (ROLE, USER, GROUP, PERMISSION_SET)


class Attachment(NamedTuple):
    """What a managed policy is attached to: a user, a role or a group, by its name, and where that is said."""

    kind: str
    name: str
    place: Path


class Managed(NamedTuple):
    """What is known of a managed policy beside its document. `attached_to` is what the policy itself says.

    `times_attached` is there where a dump counts. `may_limit`: it is somebody's boundary, as far as is known. `by_name`
    is the ARN that its name gives it, where `arn` is another text.
    """

    name: str | None
    arn: str | None
    path: Path = ()
    attached_to: tuple[Attachment, ...] = ()
    times_attached: int | None = None
    may_limit: bool = True
    by_name: str | None = None


class Limit(NamedTuple):
    """A permissions boundary by its ARN. `place` is where a holder names it; `policy` is None where it is not known."""

    arn: str
    place: Path
    policy: "FoundPolicy | None"


class FoundPolicy(NamedTuple):
    """A policy and its place. `path` leads to `raw`; with an `anchor`, all of it is said to stand there.

    `kind` is "" where only its content can tell, and for AWS's own policies, which no rule speaks of. `role` holds what
    is known of the role around it. `places` says where parts of `raw` stand that was put together: path in `raw` to
    path in the document; with `is_made` these are properties that a policy is made of. `managed` is there where it is a
    managed policy. `limits` are the boundaries of its holders, where each of them is known to have one.
    """

    raw: Any
    path: Path
    name: str
    kind: str = ""
    classified_by: str = ""
    template: Template = Template()
    role: Mapping[str, Any] | None = None
    anchor: Path | None = None
    properties: Mapping[str, Any] = EMPTY
    places: Mapping[Path, Path] = EMPTY
    managed: Managed | None = None
    is_made: bool = False
    limits: tuple[Limit, ...] = ()


class FoundRole(NamedTuple):
    """A role, or another principal that policies are attached to, with what is attached to it.

    `kind` tells which. `facts` are its normalised properties, `places` where they stand.
    `policies` are the inline policies in it; `attached` are those that stand elsewhere and are found there too.
    One that is not declared is only named, by what is attached to it. `boundaries` are the ARNs that its permissions
    boundary may come to, None where it may have none; while it is empty, its facts tell. `limits` are what they are.
    """

    path: Path
    name: str
    facts: Mapping[str, Any]
    places: Mapping[Path, Path] = EMPTY
    trusts: tuple[FoundPolicy, ...] = ()
    policies: tuple[tuple[str | None, FoundPolicy], ...] = ()
    kind: str = ROLE
    attached: tuple[tuple[str | None, FoundPolicy], ...] = ()
    is_declared: bool = True
    boundaries: tuple[str | None, ...] = ()
    limits: tuple[Limit, ...] = ()


def role_facts(
    name: str | None = None, arn: str | None = None, account: str | None = None, path: str | None = None
) -> dict[str, Any]:
    """Return what is known of a role, in the form that policies carry along."""
    if account is None and arn is not None:
        account = arn.split(":")[4] if arn.count(":") >= 5 else None  # noqa: PLR2004 - an ARN has six parts
    return {"name": name, "arn": arn, "account": account or None, "path": path}


def organization_kind_of(type_name: str | None) -> str | None:
    """Return the kind of a policy of AWS Organizations by its type; None for the types that no IAM policy is of.

    A type that is not known before deployment is taken for the one that there is most of.

    >>> organization_kind_of("RESOURCE_CONTROL_POLICY"), organization_kind_of("TAG_POLICY"), organization_kind_of(None)
    ('aws.iam.rcp', None, 'aws.iam.scp')
    """
    if type_name is None or "${" in type_name:
        return SCP
    return {"SERVICE_CONTROL_POLICY": SCP, "RESOURCE_CONTROL_POLICY": RCP}.get(type_name)


def unwrap(raw: Any, path: Path, template: Template) -> tuple[Any, Path, Path | None, Template]:  # noqa: ANN401 - any JSON
    """Enter a policy that is written as text: JSON in a string, URL-encoded, under `Fn::Sub`, or joined from pieces.

    Returns the policy, its place, the anchor (None when every part has its own place) and the template to read it
    with. What is not JSON is returned as it is: it will be found malformed or unresolved.
    """
    name = intrinsic(raw)
    text, place, inner = raw, path, template
    if name == "Fn::Sub":
        argument = raw[name]
        is_list = isinstance(argument, list) and bool(argument)
        text = argument[0] if is_list else argument
        variables = argument[1] if is_list and len(argument) > 1 and isinstance(argument[1], dict) else {}
        place = (*path, name, 0) if is_list else (*path, name)
        inner = template.within(variables)
    elif name == "Fn::ToJsonString" and isinstance(raw[name], dict | list):
        return raw[name], (*path, name), None, template
    elif name == "Fn::Join":
        joined = texts(raw, template)
        value = _parse(joined[0].text) if joined and len(joined) == 1 else None
        # What stays open is in the text as `${Name}`, to be looked up again where it ended up.
        return (raw, path, None, template) if value is None else (value, path, path, template.within({}))
    if isinstance(text, str):
        value = _parse(text)
        if value is not None:
            return value, (*place, EMBEDDED), None, inner
    return raw, path, None, template


def _parse(text: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return the object or list that a text holds as JSON, or None."""
    try:
        value = embedded_json(text)
    except LictorError:
        return None
    return value if isinstance(value, dict | list) else None
