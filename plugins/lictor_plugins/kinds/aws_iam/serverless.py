"""Policies and roles in `serverless.yml`, the Serverless Framework's configuration for AWS.

Serverless Framework guide, "IAM Permissions For Functions", from memory, 2026-11. Its own variables, as
`${self:custom.x}`, are not known here. What stands under `resources` is a CloudFormation template.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lictor import Document, Path
from lictor_plugins.kinds.aws_iam.cloudformation import find_in_template
from lictor_plugins.kinds.aws_iam.cloudformation_principals import text_of
from lictor_plugins.kinds.aws_iam.found import (
    IDENTITY_POLICY,
    RESOURCE_POLICY,
    ROLE,
    FoundPolicy,
    FoundRole,
    role_facts,
)
from lictor_plugins.kinds.aws_iam.intrinsics import Template, members, read_template, texts

_VERSION = "2012-10-17"
_VARIABLE = re.compile(
    r"\$\{(?:(?:self|opt|env|sls|ssm|cf|s3|param|git|output|custom|strToBool|file)\b[^{}]*|aws:(?:accountId|region))\}"
)
_NOT_KNOWN = {"Fn::ImportValue": "a variable of the Serverless Framework"}


def is_serverless(data: Any) -> bool:  # noqa: ANN401 - any document
    """Tell whether a document configures a service on AWS.

    >>> is_serverless({"service": "app", "provider": {"name": "aws"}})
    True
    """
    if not isinstance(data, dict) or "service" not in data:
        return False
    provider = data.get("provider")
    return provider == "aws" or (isinstance(provider, dict) and provider.get("name") == "aws")


def find_in_service(document: Document) -> Iterator[FoundPolicy | FoundRole]:
    """Yield the role that all functions share, those of single functions, and what the template makes."""
    data: Mapping[str, Any] = document.data
    given = data.get("resources")
    templates: list[tuple[Any, Path]] = [(given, ("resources",))]
    if isinstance(given, list):
        templates = [(each, ("resources", index)) for index, each in enumerate(given)]
    first = next((each for each, _ in templates if isinstance(each, dict)), {})
    template = read_template(first)
    provider, service = data.get("provider"), str(data.get("service"))
    if isinstance(provider, dict):
        yield from _shared_role(provider, service, template)
        gateway = provider.get("apiGateway")
        held = (gateway, ("provider", "apiGateway")) if isinstance(gateway, dict) else (provider, ("provider",))
        if held[0].get("resourcePolicy") is not None:
            yield _policy(held[0], (*held[1], "resourcePolicy"), service, template, RESOURCE_POLICY)
    functions = data.get("functions")
    for name, function in functions.items() if isinstance(functions, dict) else ():
        if isinstance(function, dict) and {"iamRoleStatements", "iamManagedPolicies"} & function.keys():
            yield _role(function, ("functions", name), str(name), template, _OLD)
    for each, place in templates:
        if isinstance(each, dict) and isinstance(each.get("Resources"), dict):
            yield from find_in_template(document, each, place)


_NEW = {"statements": "statements", "managed": "managedPolicies", "boundary": "permissionsBoundary", "name": "name"}
_OLD = {
    "statements": "iamRoleStatements",
    "managed": "iamManagedPolicies",
    "boundary": "rolePermissionsBoundary",
    "name": "iamRoleStatementsName",
}


def _shared_role(provider: Mapping[str, Any], service: str, template: Template) -> Iterator[FoundRole]:
    iam = provider.get("iam")
    role = iam.get("role") if isinstance(iam, dict) else None
    if isinstance(role, dict) and set(_NEW.values()) & role.keys():
        yield _role(role, ("provider", "iam", "role"), service, template, _NEW)
    if {_OLD["statements"], _OLD["managed"]} & provider.keys():
        yield _role(provider, ("provider",), service, template, _OLD)


def _role(data: Mapping[str, Any], path: Path, called: str, template: Template, words: Mapping[str, str]) -> FoundRole:
    """Read a role that the framework makes for functions; whom it trusts is not the configuration's to say."""
    managed = [
        (text.text, place)
        for member, place in members(_open(data.get(words["managed"], [])), (*path, words["managed"]))
        for text in texts(member, template) or ()
    ]
    facts = {
        **role_facts(text_of(_open(data.get(words["name"])), template)),
        "permissions_boundary": text_of(_open(data.get(words["boundary"])), template),
        "managed_policies": [text for text, _ in managed],
    }
    places: dict[Path, Path] = {("managed_policies", index): place for index, (_, place) in enumerate(managed)}
    places["permissions_boundary",] = (*path, words["boundary"])
    place = (*path, words["statements"])
    given = words["statements"] in data
    policies = ((None, _policy(data, place, called, template, IDENTITY_POLICY)),) if given else ()
    return FoundRole(path, called, facts, places, (), policies, ROLE)


def _policy(data: Mapping[str, Any], place: Path, called: str, template: Template, kind: str) -> FoundPolicy:
    """Return the policy that the framework makes of statements."""
    raw = {"Version": _VERSION, "Statement": _open(data[str(place[-1])])}
    told_by = f"the property '{place[-1]}'"
    return FoundPolicy(raw, place, called, kind, told_by, template, places={(): place, ("Statement",): place})


def _open(value: Any) -> Any:  # noqa: ANN401 - any YAML value
    """Return a value with what variables of the framework stand for left open."""
    if isinstance(value, dict):
        return {name: _open(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_open(inner) for inner in value]
    if not isinstance(value, str) or not _VARIABLE.search(value):
        return value
    if _VARIABLE.fullmatch(value):
        return _NOT_KNOWN
    parts: list[Any] = []
    for text in _VARIABLE.split(value):
        parts += [_NOT_KNOWN, text] if parts else [text]
    return {"Fn::Join": ["", parts]}
