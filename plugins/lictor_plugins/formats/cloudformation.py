"""CloudFormation and SAM templates: JSON or YAML whose short intrinsics (`!Sub x`) become the long form.

The list of intrinsics is the CloudFormation user guide's "Intrinsic function reference" and "Rule-specific intrinsic
functions", 2026-11. A document that turns out not to be a template keeps the format it is written in.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from lictor import Budgets, Loaded, Neighbours, lazy_pattern

_VERSION = lazy_pattern(r"""["']?AWSTemplateFormatVersion["']?\s*:""")
_TRANSFORM = lazy_pattern(r"""["']?Transform["']?\s*:[\s\[\-"']*AWS::""")
_RESOURCES = lazy_pattern(r"""^[ \t{,]*["']?Resources["']?\s*:|["']Resources["']\s*:""", re.MULTILINE)
_TYPE = lazy_pattern(r"""["']?Type["']?\s*:\s*["']?(?:AWS|Alexa|Custom)::""")

_LONG_NAMES = {
    "!Ref": "Ref",
    "!Condition": "Condition",
    **{
        f"!{name}": f"Fn::{name}"
        for name in (
            "And", "Base64", "Cidr", "Contains", "EachMemberEquals", "EachMemberIn", "Equals", "FindInMap", "ForEach",
            "GetAZs", "If", "ImportValue", "Join", "Length", "Not", "Or", "RefAll", "Select", "Split", "Sub",
            "ToJsonString", "Transform", "ValueOf", "ValueOfAll",
        )
    },
}  # fmt: skip


def is_template_text(text: str) -> bool:
    r"""Say whether a text reads like a CloudFormation template.

    >>> is_template_text("Resources:\n  Role:\n    Type: AWS::IAM::Role"), is_template_text("kind: Pod")
    (True, False)
    """
    if "AWSTemplateFormatVersion" in text and _VERSION.search(text):
        return True
    # the words first: every ARN has '::' in it, and finding a word is much faster than matching a pattern
    if "::" not in text:
        return False
    if "Transform" in text and _TRANSFORM.search(text):
        return True
    return "Resources" in text and bool(_RESOURCES.search(text) and _TYPE.search(text))


def load_template(uri: str, text: str, budgets: Budgets) -> Loaded:
    """Read a template, or several in one YAML file."""
    from lictor import parse_json, parse_yaml

    is_json = uri.lower().endswith(".json")
    loaded = parse_json(uri, text, budgets) if is_json else parse_yaml(uri, text, budgets, TAGS)
    documents = (
        document._replace(format="cloudformation") if is_template(document.data) else document
        for document in loaded.documents
    )
    return Loaded(tuple(documents), loaded.problems)


def load_template_among(uri: str, text: str, budgets: Budgets, neighbours: Neighbours) -> Loaded:
    """Read a template with what the templates around it give the parameters that it has."""
    loaded = load_template(uri, text, budgets)
    if not any(is_template(each.data) and each.data.get("Parameters") for each in loaded.documents):
        return loaded
    from lictor_plugins.formats.nested_stacks import callers_of  # not needed for templates without parameters

    callers = callers_of(uri, neighbours, budgets)
    if not callers:
        return loaded
    documents = tuple(document._replace(beside=callers) for document in loaded.documents)
    return loaded._replace(documents=documents, sources=tuple(sorted({caller.uri for caller in callers})))


def is_template(data: object) -> bool:
    """Say whether a document is a template: by its version, its transform, or the type of one of its resources."""
    if not isinstance(data, dict):
        return False
    resources = data.get("Resources")
    has_resources = isinstance(resources, dict) and any(
        isinstance(resource, dict) and "::" in str(resource.get("Type", "")) for resource in resources.values()
    )
    return "AWSTemplateFormatVersion" in data or has_resources or "AWS::" in str(data.get("Transform", ""))


def _in_long_form(name: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 - any YAML value
    return {name: value}


def _attribute(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any YAML value
    # "Role.Arn", and "Stack.Outputs.Arn" for a nested stack: the first dot parts the logical id from the attribute.
    return {"Fn::GetAtt": value.split(".", 1) if isinstance(value, str) else value}


TAGS: Mapping[str, Callable[[Any], Any]] = {
    **{tag: partial(_in_long_form, name) for tag, name in _LONG_NAMES.items()},
    "!GetAtt": _attribute,
}
"""What makes the long form of each short intrinsic."""
