"""Policies and principals in what `terraform show -json` prints of a plan or a state, and in state files.

Terraform documentation, "JSON Output Format", read 2026-11. What is planned is read, not what was: `prior_state` and
the state that a plan changes are left alone. OpenTofu prints the same.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from lictor import Document, Path, lazy_pattern
from lictor_plugins.formats.terraform.values import Fields, Items, Scalar, Unknown, Value
from lictor_plugins.kinds.aws_iam.found import FoundPolicy, FoundRole
from lictor_plugins.kinds.aws_iam.terraform_attachments import boundaries_of, read_attachments
from lictor_plugins.kinds.aws_iam.terraform_entries import Entry
from lictor_plugins.kinds.aws_iam.terraform_references import References, references_in
from lictor_plugins.kinds.aws_iam.terraform_resources import declared_in, found_in_entry, undeclared
from lictor_plugins.kinds.aws_iam.terraform_values import text_of, value_of

_STATE_VERSION = 4
_MOST_MODULES = 10_000
# The keys of instances in an address, and the modules at its beginning: `module.app["a"].aws_iam_role.x[0]`.
_KEYS = lazy_pattern(r'\[(?:"[^"]*"|\d+)\]')
_MODULE = lazy_pattern(r'module\.[^.\[]+(?:\[(?:"[^"]*"|\d+)\])?\.')


def is_plan(data: Any) -> bool:  # noqa: ANN401 - any document
    """Tell whether a document is a plan or a state of Terraform.

    >>> is_plan({"format_version": "1.2", "planned_values": {"root_module": {}}})
    True
    """
    if not isinstance(data, dict):
        return False
    if "format_version" in data:
        return any(
            isinstance(data.get(part), dict) and "root_module" in data[part] for part in ("planned_values", "values")
        )
    return data.get("version") == _STATE_VERSION and "lineage" in data and isinstance(data.get("resources"), list)


def plan_resources(data: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Path]]:
    """Yield every resource of a plan or a state in the form of a plan, with the place of its attributes."""
    if data.get("version") == _STATE_VERSION and "lineage" in data:
        yield from _of_state(data)
        return
    part = "planned_values" if isinstance(data.get("planned_values"), dict) else "values"
    waiting: list[tuple[Any, Path]] = [(data[part].get("root_module"), (part, "root_module"))]
    count = 0
    while waiting and count < _MOST_MODULES:
        module, path = waiting.pop()
        count += 1
        if not isinstance(module, dict):
            continue
        resources, modules = module.get("resources"), module.get("child_modules")
        for index, resource in enumerate(resources if isinstance(resources, list) else ()):
            if isinstance(resource, dict) and isinstance(resource.get("values"), dict):
                yield resource, (*path, "resources", index)
        inner = modules if isinstance(modules, list) else []
        waiting += reversed([(each, (*path, "child_modules", index)) for index, each in enumerate(inner)])


def _of_state(data: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Path]]:
    for index, resource in enumerate(data["resources"]):
        instances = resource.get("instances") if isinstance(resource, dict) else None
        for number, instance in enumerate(instances if isinstance(instances, list) else ()):
            if isinstance(instance, dict) and isinstance(instance.get("attributes"), dict):
                yield resource, ("resources", index, "instances", number)


def find_in_plan(document: Document) -> Iterator[FoundPolicy | FoundRole]:
    """Yield the policies and principals of a plan or a state, in its order."""
    entries = entries_of(document.data)
    attachments, boundaries = read_attachments(entries), boundaries_of(entries)
    for entry in entries:
        yield from found_in_entry(entry, attachments, boundaries)
    yield from undeclared(entries, declared_in(entries))


def entries_of(data: Mapping[str, Any]) -> list[Entry]:
    """Return the resources of a plan or a state, without data sources."""
    unknown, references = dict(_unknown(data)), references_in(data)
    return [
        _entry(data, resource, path, unknown, references)
        for resource, path in plan_resources(data)
        if resource.get("mode", "managed") == "managed"
    ]


def _entry(
    data: Mapping[str, Any],
    resource: Mapping[str, Any],
    path: Path,
    unknown: Mapping[str, Any],
    references: References,
) -> Entry:
    place, holder = (*path, "values"), resource.get("values")
    if "instances" in path:
        place, holder = (*path, "attributes"), data[str(path[0])][path[1]]["instances"][path[3]]["attributes"]
    address = str(resource.get("address") or f"{resource.get('type')}.{resource.get('name')}")
    value = value_of(holder)
    fields = value if isinstance(value, Fields) else Fields()
    known = _with_unknown(fields, unknown.get(address), address)
    known = known if isinstance(known, Fields) else fields
    known = _referring(known, references.get(_KEYS.sub("", address), {}), address)
    arn = text_of(known.fields.get("arn"))
    start = address.rfind(f"{resource.get('type')}.{resource.get('name')}")
    name = address[start:].partition(".")[2] if start >= 0 else address
    return Entry(str(resource.get("type")), name, known, place, arn)


def _referring(fields: Fields, references: Mapping[str, str], address: str) -> Fields:
    """Name what is not known by the attribute of another resource that it is."""
    module = "".join(_MODULE.findall(address))
    named = {
        name: Unknown(text=f"{module}{text}")
        for name, text in references.items()
        if isinstance(fields.fields.get(name), Unknown)
    }
    return Fields(fields={**fields.fields, **named}) if named else fields


def _with_unknown(value: Value | None, unknown: Any, name: str) -> Value:  # noqa: ANN401 - any JSON value
    """Return a value with the parts that a plan does not know yet, as its `after_unknown` says."""
    if unknown is True:
        return Unknown(text=name)
    if isinstance(unknown, dict) and (value is None or isinstance(value, Fields)):
        fields = dict(value.fields) if value is not None else {}
        for key, inner in unknown.items():
            if inner not in (False, [], {}):
                fields[key] = _with_unknown(fields.get(key), inner, f"{name}.{key}")
        return Fields(fields=fields)
    if isinstance(unknown, list) and (value is None or isinstance(value, Items)):
        items = list(value.items) if value is not None else []
        items += [Fields()] * (len(unknown) - len(items))
        return Items(
            items=tuple(
                _with_unknown(item, unknown[index] if index < len(unknown) else False, f"{name}[{index}]")
                for index, item in enumerate(items)
            )
        )
    return Scalar() if value is None else value


def _unknown(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    changes = data.get("resource_changes")
    for each in changes if isinstance(changes, list) else ():
        change = each.get("change") if isinstance(each, dict) else None
        if isinstance(change, dict):
            yield str(each.get("address")), change.get("after_unknown")
