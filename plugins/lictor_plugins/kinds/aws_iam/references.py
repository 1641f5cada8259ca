"""What a name in a template stands for: a parameter, a resource or its attribute, a pseudo-parameter."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from lictor_plugins.kinds.aws_iam.template import Template, Text, unknown

Outcome = tuple[Text, ...]
"""What an expression comes to: one text, or several where it is a list."""

Evaluate = Callable[[Any, Template], tuple[Outcome, ...] | None]
"""Return all that an expression may come to; None when it is neither a scalar nor a function."""

# Resource type to the form of its ARN and the property that names it (CloudFormation reference, read 2026-11).
_ARN_FORMS: Mapping[str, tuple[str, str]] = {
    "AWS::IAM::Role": ("role", "RoleName"),
    "AWS::IAM::User": ("user", "UserName"),
    "AWS::IAM::Group": ("group", "GroupName"),
    "AWS::IAM::ManagedPolicy": ("policy", "ManagedPolicyName"),
    "AWS::IAM::InstanceProfile": ("instance-profile", "InstanceProfileName"),
    "AWS::IAM::SAMLProvider": ("saml-provider", "Name"),
    "AWS::IAM::OIDCProvider": ("oidc-provider", "Url"),
}
_REF_IS_ARN = frozenset({"AWS::IAM::ManagedPolicy", "AWS::IAM::SAMLProvider", "AWS::IAM::OIDCProvider"})
_POLICY_VARIABLE = re.compile(r"(?!AWS::|Fn::|resolve:)[A-Za-z0-9._-]+:[^:].*")


def reference(name: str, template: Template, evaluate: Evaluate) -> tuple[Outcome, ...]:
    """Return what `Ref`, or `${name}` under `Fn::Sub`, stands for."""
    if template.variables is not None and name in template.variables:
        return evaluate(template.variables[name], template.within(None)) or ((unknown(name),),)
    # `${aws:username}` is IAM's own variable, which CloudFormation would want as `${!aws:username}`.
    if name.startswith("AWS::") or _POLICY_VARIABLE.fullmatch(name):
        return ((Text(f"${{{name}}}"),),)
    parameter = template.parameters.get(name)
    if isinstance(parameter, dict):
        return _parameter(name, parameter)
    resource = template.resources.get(name)
    if not isinstance(resource, dict):
        return ((unknown(name),),)
    kind = str(resource.get("Type"))
    if kind in _REF_IS_ARN:
        return ((_arn(name, resource, template, evaluate),),)
    given = _given_name(name, resource, template, evaluate)
    return ((given or Text(f"${{{name}}}"),),)


def attribute(name: str, of: str, template: Template, evaluate: Evaluate) -> Text:
    """Return what `Fn::GetAtt` stands for; an ARN of IAM is known by the resource's name."""
    resource = template.resources.get(name)
    if not isinstance(resource, dict) or of.startswith("Outputs."):
        return unknown(f"{name}.{of}")
    kind = str(resource.get("Type"))
    if kind in _ARN_FORMS and (of == "Arn" or (kind in _REF_IS_ARN and of.endswith("Arn"))):
        return _arn(name, resource, template, evaluate)
    return Text(f"${{{name}.{of}}}")


def _parameter(name: str, parameter: Mapping[str, Any]) -> tuple[Outcome, ...]:
    """Return a parameter's default, else the values that it may take."""
    default, kind = parameter.get("Default"), str(parameter.get("Type", ""))
    if kind.startswith("AWS::SSM::"):
        # The default is the name of an SSM parameter, not a value.
        return ((unknown(name),),)
    is_list = kind == "CommaDelimitedList" or kind.startswith("List<")
    if _is_value(default):
        parts = str(default).split(",") if is_list else [str(default)]
        return (tuple(Text(part.strip() if is_list else part, is_assumed=True) for part in parts),)
    allowed = parameter.get("AllowedValues")
    if isinstance(allowed, list) and allowed and all(map(_is_value, allowed)):
        return tuple((Text(str(value), is_assumed=len(allowed) == 1),) for value in allowed)
    return ((unknown(name),),)


def _is_value(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    return isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""


def _arn(name: str, resource: Mapping[str, Any], template: Template, evaluate: Evaluate) -> Text:
    form, naming = _ARN_FORMS[str(resource.get("Type"))]
    prefix = f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:{form}"
    given = _given_name(name, resource, template, evaluate)
    if given is None:
        return Text(f"{prefix}/${{{name}}}")
    if naming == "Url":
        return given._replace(text=f"{prefix}/{given.text.removeprefix('https://')}")
    path = _property(name, resource, "Path", template, evaluate)
    between = path.text if path and not path.is_unresolved and path.text.startswith("/") else "/"
    return given._replace(text=f"{prefix}{between}{given.text}")


def _given_name(name: str, resource: Mapping[str, Any], template: Template, evaluate: Evaluate) -> Text | None:
    """Return the name that the template gives a resource of IAM; None when CloudFormation makes one up."""
    kind = str(resource.get("Type"))
    if kind not in _ARN_FORMS or name in template.resolving:
        return None
    given = _property(name, resource, _ARN_FORMS[kind][1], template, evaluate)
    return None if given is None or given.is_unresolved else given


def _property(
    name: str, resource: Mapping[str, Any], named: str, template: Template, evaluate: Evaluate
) -> Text | None:
    properties = resource.get("Properties")
    value = properties.get(named) if isinstance(properties, dict) else None
    found = evaluate(value, template.naming(name))
    return found[0][0] if found and len(found) == 1 and len(found[0]) == 1 else None
