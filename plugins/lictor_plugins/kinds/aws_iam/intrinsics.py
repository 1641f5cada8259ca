"""CloudFormation intrinsic functions as text: what a template says before it is deployed.

What is fixed in kind stays recognisable (`${AWS::AccountId}` is the own account), what a parameter defaults to is used
and marked as assumed, and everything else is text such as `${Name}` that is marked as unresolved.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lictor import Path

NO_VALUE = {"Ref": "AWS::NoValue"}

_PLACEHOLDER = re.compile(r"\$\{([^{}]*)\}")

_ARN_FORMS: Mapping[str, str] = {
    "AWS::IAM::Role": "role",
    "AWS::IAM::User": "user",
    "AWS::IAM::Group": "group",
    "AWS::IAM::ManagedPolicy": "policy",
    "AWS::IAM::SAMLProvider": "saml-provider",
    "AWS::IAM::OIDCProvider": "oidc-provider",
}
_REF_IS_ARN = frozenset({"AWS::IAM::ManagedPolicy", "AWS::IAM::SAMLProvider", "AWS::IAM::OIDCProvider"})


class Text(NamedTuple):
    """A scalar as text. `is_assumed`: a parameter's default; `is_unresolved`: not known before it is deployed."""

    text: str
    is_number: bool = False
    is_assumed: bool = False
    is_unresolved: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """The parameters and resources that intrinsic functions refer to.

    `variables` are those of a `Fn::Sub` around the text; they are None outside of one.
    """

    parameters: Mapping[str, Any] = field(default_factory=dict)
    resources: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] | None = None


def intrinsic(value: Any) -> str | None:  # noqa: ANN401 - any JSON value
    """Return the name of the intrinsic function that a value is, or None.

    >>> intrinsic({"Fn::Sub": "${AWS::AccountId}"})
    'Fn::Sub'
    >>> intrinsic({"AWS": "*"}) is None
    True
    """
    if isinstance(value, dict) and len(value) == 1:
        name = next(iter(value))
        if isinstance(name, str) and (name == "Ref" or name.startswith("Fn::")):
            return name
    return None


def branches(value: Any, path: Path) -> Iterator[tuple[Any, Path]]:  # noqa: ANN401 - any JSON value
    """Yield what a value may become, with its place: both branches of `Fn::If`, nothing for `AWS::NoValue`.

    >>> list(branches({"Fn::If": ["Prod", "a", {"Ref": "AWS::NoValue"}]}, ("x",)))
    [('a', ('x', 'Fn::If', 1))]
    """
    if isinstance(value, dict) and len(value) == 1:
        if value == NO_VALUE:
            return
        arguments = value.get("Fn::If")
        if isinstance(arguments, list):
            for index, branch in enumerate(arguments[1:], start=1):
                yield from branches(branch, (*path, "Fn::If", index))
            return
    yield value, path


def members(value: Any, path: Path) -> Iterator[tuple[Any, Path]]:  # noqa: ANN401 - any JSON value
    """Yield the elements of a list, or the value itself where one may stand for a list of one."""
    for branch, place in branches(value, path):
        if not isinstance(branch, list):
            yield branch, place
            continue
        for index, element in enumerate(branch):
            whole = (*place, index)
            for inner, inner_place in branches(element, whole):
                if isinstance(inner, list) and inner_place != whole:
                    yield from members(inner, inner_place)
                else:
                    yield inner, inner_place


def texts(value: Any, template: Template) -> tuple[Text, ...] | None:  # noqa: ANN401 - any JSON value
    """Return a scalar or an intrinsic function as text; a list parameter gives several. None when it is neither.

    >>> texts({"Fn::Join": [":", ["arn", {"Ref": "AWS::Partition"}]]}, Template())
    (Text(text='arn:${AWS::Partition}', is_number=False, is_assumed=False, is_unresolved=False),)
    >>> texts(111122223333, Template())
    (Text(text='111122223333', is_number=True, is_assumed=False, is_unresolved=False),)
    """
    if isinstance(value, str):
        return (_substitute(value, template) if template.variables is not None else Text(value),)
    if isinstance(value, bool):
        return (Text("true" if value else "false"),)
    if isinstance(value, int | float):
        return (Text(str(value), is_number=True),)
    name = intrinsic(value)
    if name is None:
        return None
    return _call(name, value[name], template)


def _call(name: str, argument: Any, template: Template) -> tuple[Text, ...]:  # noqa: ANN401 - any JSON value
    if name == "Ref" and isinstance(argument, str):
        return _reference(argument, template)
    if name == "Fn::GetAtt":
        parts = argument.split(".", 1) if isinstance(argument, str) else argument
        if isinstance(parts, list) and parts and all(isinstance(part, str) for part in parts):
            return (_attribute(parts[0], ".".join(parts[1:]), template),)
    if name == "Fn::Sub":
        text, variables = (*argument, {})[:2] if isinstance(argument, list) and argument else (argument, {})
        if isinstance(text, str):
            inner = Template(template.parameters, template.resources, variables if isinstance(variables, dict) else {})
            return (_substitute(text, inner),)
    if name == "Fn::Join" and isinstance(argument, list) and len(argument) == 2:  # noqa: PLR2004 - delimiter, values
        delimiter, values = argument
        if isinstance(delimiter, str) and isinstance(values, list):
            parts_of = [part for value in values for part in texts(value, template) or (_unknown("Fn::Join"),)]
            return (_joined(delimiter.join(part.text for part in parts_of), parts_of),)
    return (_unknown(name),)


def _unknown(name: str) -> Text:
    return Text(f"${{{name}}}", is_unresolved=True)


def _joined(text: str, parts: list[Text]) -> Text:
    return Text(
        text,
        is_assumed=any(part.is_assumed for part in parts),
        is_unresolved=any(part.is_unresolved for part in parts),
    )


def _reference(name: str, template: Template) -> tuple[Text, ...]:
    if template.variables is not None and name in template.variables:
        outside = Template(template.parameters, template.resources)
        return texts(template.variables[name], outside) or (_unknown(name),)
    if name.startswith("AWS::"):
        return (Text(f"${{{name}}}"),)
    parameter = template.parameters.get(name)
    if isinstance(parameter, dict):
        return _default(name, parameter)
    resource = template.resources.get(name)
    if isinstance(resource, dict):
        if resource.get("Type") in _REF_IS_ARN:
            return (_arn(name, resource, template),)
        return (Text(f"${{{name}}}"),)
    return (_unknown(name),)


def _default(name: str, parameter: Mapping[str, Any]) -> tuple[Text, ...]:
    default = parameter.get("Default")
    if isinstance(default, bool) or not isinstance(default, str | int | float) or default == "":
        return (_unknown(name),)
    kind = str(parameter.get("Type", ""))
    if kind.startswith("AWS::SSM::"):
        # The default is the name of an SSM parameter, not a value.
        return (_unknown(name),)
    if kind == "CommaDelimitedList" or kind.startswith("List<"):
        return tuple(Text(part.strip(), is_assumed=True) for part in str(default).split(","))
    return (Text(str(default), is_assumed=True),)


def _attribute(name: str, attribute: str, template: Template) -> Text:
    resource = template.resources.get(name)
    if not isinstance(resource, dict) or attribute.startswith("Outputs."):
        return _unknown(f"{name}.{attribute}")
    if attribute == "Arn" and resource.get("Type") in _ARN_FORMS:
        return _arn(name, resource, template)
    return Text(f"${{{name}.{attribute}}}")


def _arn(name: str, resource: Mapping[str, Any], template: Template) -> Text:
    form = _ARN_FORMS[resource["Type"]]
    prefix = f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:{form}/"
    if form != "oidc-provider":
        return Text(f"{prefix}${{{name}}}")
    properties = resource.get("Properties")
    url = texts(properties.get("Url"), template) if isinstance(properties, dict) else None
    if url is None:
        return Text(f"{prefix}${{{name}}}")
    return url[0]._replace(text=prefix + url[0].text.removeprefix("https://"))


def _substitute(text: str, template: Template) -> Text:
    parts: list[Text] = []

    def replace(match: re.Match[str]) -> str:
        name = match[1].strip()
        if name.startswith("!"):
            return f"${{{name[1:]}}}"
        if "." in name and name not in (template.variables or {}):
            logical, attribute = name.split(".", 1)
            found = [_attribute(logical, attribute, template)]
        else:
            found = list(_reference(name, template))
        parts.extend(found)
        return ",".join(part.text for part in found)

    return _joined(_PLACEHOLDER.sub(replace, text), parts)
