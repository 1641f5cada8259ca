"""What a plan of Terraform doesn't know yet, by the attribute of another resource that it will be.

Terraform documentation, "JSON Output Format", configuration representation, read 2026-11: `references` name what an
expression is made of, first the attribute and then its resource, all as the module around it says.
"""

from collections.abc import Iterator, Mapping
from typing import Any

# Attributes that are the ARN of one thing, so that what they refer to is what they are.
_NAMING_ONE = frozenset({"permissions_boundary", "policy_arn", "managed_policy_arn", "permission_set_arn"})
_NO_RESOURCES = ("var.", "local.", "module.", "data.", "each.")
_MOST_DEEP = 32

References = Mapping[str, Mapping[str, str]]
"""By address without the keys of instances: attribute to the attribute that it refers to, within its module."""


def references_in(data: Mapping[str, Any]) -> References:
    """Return which attributes of a plan's resources are an attribute of one other resource.

    >>> boundary = {"references": ["aws_iam_policy.limit.arn", "aws_iam_policy.limit"]}
    >>> role = {"address": "aws_iam_role.app", "expressions": {"permissions_boundary": boundary}}
    >>> references_in({"configuration": {"root_module": {"resources": [role]}}})
    {'aws_iam_role.app': {'permissions_boundary': 'aws_iam_policy.limit.arn'}}
    """
    configuration = data.get("configuration")
    root = configuration.get("root_module") if isinstance(configuration, dict) else None
    return dict(_in_module(root, "", 0))


def _in_module(module: Any, prefix: str, depth: int) -> Iterator[tuple[str, dict[str, str]]]:  # noqa: ANN401 - any JSON
    if not isinstance(module, dict) or depth > _MOST_DEEP:
        return
    resources, calls = module.get("resources"), module.get("module_calls")
    for resource in resources if isinstance(resources, list) else ():
        expressions = resource.get("expressions") if isinstance(resource, dict) else None
        if isinstance(expressions, dict):
            known = {name: _referred(expressions[name]) for name in _NAMING_ONE & expressions.keys()}
            yield f"{prefix}{resource.get('address')}", {name: text for name, text in known.items() if text}
    for name, call in calls.items() if isinstance(calls, dict) else ():
        inner = call.get("module") if isinstance(call, dict) else None
        yield from _in_module(inner, f"{prefix}module.{name}.", depth + 1)


def _referred(expression: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return the attribute of a resource that an expression refers to, if that is all."""
    match expression:
        case {"references": [str(attribute), str(resource)]} if attribute.startswith(f"{resource}."):
            return "" if resource.startswith(_NO_RESOURCES) else attribute
    return ""
