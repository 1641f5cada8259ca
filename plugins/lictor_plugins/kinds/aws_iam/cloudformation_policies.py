"""Following a property path of a resource down to the policies that it holds."""

from collections.abc import Iterator, Mapping
from typing import Any

from lictor import Path
from lictor_plugins.kinds.aws_iam.classify import classify, holds_statements
from lictor_plugins.kinds.aws_iam.cloudformation_places import PermissionPlaces
from lictor_plugins.kinds.aws_iam.found import RESOURCE_POLICY, FoundPolicy, unwrap
from lictor_plugins.kinds.aws_iam.intrinsics import Template, branches, intrinsic, members, texts

_VERSION = "2012-10-17"


def policies_at(  # noqa: PLR0917 - what is looked for, where, and what is known of it
    value: Any,  # noqa: ANN401 - any JSON value
    path: Path,
    place: tuple[str, ...],
    kind: str,
    name: str,
    template: Template,
    role: Mapping[str, Any] | None = None,
) -> Iterator[FoundPolicy]:
    """Follow a property path down to policies, through lists and the branches of `Fn::If`.

    Where a macro or another function gives the properties on the way, the policy is there and not known.
    """
    if not place:
        for branch, branch_path in branches(value, path):
            raw, inner, anchor, inner_template = unwrap(branch, branch_path, template)
            told_by = f"the property '{_property(path)}'"
            yield FoundPolicy(raw, inner, name, kind, told_by, inner_template, role, anchor)
        return
    first, *rest = place
    if first == "*":
        for member, member_path in members(value, path):
            yield from policies_at(member, member_path, tuple(rest), kind, name, template, role)
        return
    for branch, branch_path in branches(value, path):
        if isinstance(branch, dict) and first in branch:
            yield from policies_at(branch[first], (*branch_path, first), tuple(rest), kind, name, template, role)
        elif isinstance(branch, dict):
            for function in branch:
                if str(function).startswith(("Fn::Transform", "Fn::ForEach")):
                    raw = {function: branch[function]} if len(branch) > 1 else branch
                    told_by = f"the function '{function}'"
                    yield FoundPolicy(raw, branch_path, name, kind, told_by, template, role, (*branch_path, function))


def _property(path: Path) -> str:
    return next((element for element in reversed(path) if isinstance(element, str) and element != "Fn::If"), "")


def unlisted(properties: Mapping[str, Any], path: Path, name: str, template: Template) -> Iterator[FoundPolicy]:
    """Yield what surely is a policy in a resource that is not known to hold any; its content tells the kind."""
    waiting: list[tuple[Any, Path]] = [(properties, path)]
    while waiting:
        value, here = waiting.pop()
        if isinstance(value, list):
            waiting += reversed([(item, (*here, index)) for index, item in enumerate(value)])
        elif isinstance(value, dict) or (isinstance(value, str) and "Statement" in value):
            raw, inner, anchor, inner_template = unwrap(value, here, template)
            if holds_statements(raw):
                kind, told_by = classify(raw, "")
                yield FoundPolicy(raw, inner, name, kind, told_by, inner_template, None, anchor)
            elif isinstance(value, dict):
                waiting += reversed([(item, (*here, key)) for key, item in value.items()])


def permission(
    properties: Mapping[str, Any], path: Path, logical: str, known: PermissionPlaces, template: Template
) -> Iterator[FoundPolicy]:
    """Read a resource that is a statement of a resource policy as the policy that it becomes."""
    told_by = "the type of the resource"
    if "Statement" in properties:
        raw = {"Version": _VERSION, "Statement": properties["Statement"]}
        yield FoundPolicy(raw, path, logical, RESOURCE_POLICY, told_by, template)
        return
    if properties.get("Principal") is None:
        return
    principal = (*path, "Principal")
    here: Path = ("Statement", 0)
    written = _principal(properties["Principal"], template)
    places: dict[Path, Path] = {(): principal}
    for type_name in written if isinstance(written, dict) else ():
        places[*here, "Principal", type_name] = principal
    places[*here, "Principal"] = principal
    conditions: dict[str, dict[str, Any]] = {}
    for name, (operator, key) in known.conditions.items():
        if any(value is not None for value, _ in branches(properties.get(name), ())):
            conditions.setdefault(operator, {})[key] = properties[name]
            places[*here, "Condition", operator, key] = (*path, name)
    given = properties.get("Condition")
    if isinstance(given, dict) and {"Type", "Key", "Value"} <= given.keys():
        conditions.setdefault(str(given["Type"]), {})[str(given["Key"])] = given["Value"]
        places[*here, "Condition", str(given["Type"]), str(given["Key"])] = (*path, "Condition", "Value")
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": written}
    statement["Action"] = properties.get("Action", known.default_action)
    if "Action" in properties:
        places[*here, "Action"] = (*path, "Action")
    statement["Resource"] = "*"
    if conditions:
        statement["Condition"] = conditions
    policy = {"Version": _VERSION, "Statement": [statement]}
    yield FoundPolicy(policy, path, logical, RESOURCE_POLICY, told_by, template, places=places, is_made=True)


def _principal(value: Any, template: Template) -> Any:  # noqa: ANN401 - any JSON value
    """Return a principal as a policy writes it: AWS's services by their host names, all others under AWS."""
    found = texts(value, template) or ()
    if any(text.text == "*" for text in found) and intrinsic(value) != "Fn::If":
        return "*"
    is_service = bool(found) and all("." in text.text and not text.text.startswith("arn:") for text in found)
    return {"Service" if is_service else "AWS": value}
