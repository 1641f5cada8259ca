"""The parameters of a template as those say who nest it as a stack."""

from collections.abc import Iterable, Mapping
from typing import Any

from lictor import Document
from lictor_plugins.formats.nested_stacks import Caller
from lictor_plugins.kinds.aws_iam.intrinsics import Template, read_template, texts


def template_of(document: Document, data: Mapping[str, Any] | None = None) -> Template:
    """Return what a template offers its functions; parameters that others give a value have that one."""
    template = read_template(document.data if data is None else data)
    callers = document.beside if isinstance(document.beside, tuple) else ()
    return _with_given(template, [each for each in callers if isinstance(each, Caller)])


def _with_given(template: Template, callers: Iterable[Caller]) -> Template:
    around = [(_with_given(read_template(caller.data), caller.callers), caller.parameters) for caller in callers]
    if not around:
        return template
    parameters = {
        name: _given(name, parameter, around) if isinstance(parameter, dict) else parameter
        for name, parameter in template.parameters.items()
    }
    return template._replace(parameters=parameters)


def _given(
    name: str, parameter: Mapping[str, Any], around: Iterable[tuple[Template, Mapping[str, Any]]]
) -> Mapping[str, Any]:
    """Return a parameter with what it is given for its default; of several values each is allowed."""
    values: dict[str, None] = {}
    open_one = {key: value for key, value in parameter.items() if key not in {"Default", "AllowedValues"}}
    for template, given in around:
        value = given.get(name, parameter.get("Default"))
        found = texts(value, template) if value is not None else None
        if not found or any(text.is_unresolved for text in found):
            return open_one
        values[",".join(text.text for text in found)] = None
    if len(values) == 1:
        return {**open_one, "Default": next(iter(values))}
    return {**open_one, "AllowedValues": list(values)}
