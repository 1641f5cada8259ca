"""What a CloudFormation template offers its intrinsic functions, and the text that they make."""

from collections.abc import Mapping
from typing import Any

from lictor import EMPTY, NamedTuple

NO_VALUE = {"Ref": "AWS::NoValue"}


class Text(NamedTuple):
    """A scalar as text. `is_assumed`: a parameter's default; `is_unresolved`: not known before it is deployed.

    A text that is one of several possible values is itself, and `is_unresolved`.
    """

    text: str
    is_number: bool = False
    is_assumed: bool = False
    is_unresolved: bool = False


class Template(NamedTuple):
    """The parameters, resources and mappings that intrinsic functions refer to.

    `variables` are those of a `Fn::Sub` around the text; they are None outside of one. `resolving` are the resources
    whose own names are being worked out, so that one that is named after itself comes to an end.
    """

    parameters: Mapping[str, Any] = EMPTY
    resources: Mapping[str, Any] = EMPTY
    variables: Mapping[str, Any] | None = None
    mappings: Mapping[str, Any] = EMPTY
    resolving: frozenset[str] = frozenset()

    def within(self, variables: Mapping[str, Any] | None) -> "Template":
        """Return the same for a text under a `Fn::Sub` with these variables; None for one that is under none."""
        return self._replace(variables=variables)

    def naming(self, resource: str) -> "Template":
        """Return the same for the properties that name a resource."""
        return self._replace(variables=None, resolving=self.resolving | {resource})


def read_template(data: Mapping[str, Any]) -> Template:
    """Take what a whole template offers; a section of the wrong shape offers nothing."""
    sections = (data.get("Parameters"), data.get("Resources"), data.get("Mappings"))
    parameters, resources, mappings = (section if isinstance(section, dict) else {} for section in sections)
    return Template(parameters, resources, None, mappings)


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


def shown(value: Any) -> str:  # noqa: ANN401 - an intrinsic function
    """Return what to call what an intrinsic function stands for; a reference by its own name.

    >>> shown({"Ref": "Trusted"}), shown({"Fn::ImportValue": "x"})
    ('${Trusted}', '${Fn::ImportValue}')
    """
    name = intrinsic(value)
    return f"${{{value[name]}}}" if name == "Ref" and isinstance(value[name], str) else f"${{{name}}}"


def unknown(name: str) -> Text:
    """Return the text of what is not known before it is deployed."""
    return Text(f"${{{name}}}", is_unresolved=True)
