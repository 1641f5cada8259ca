"""Policies and principals in what `terraform show -json` prints of a plan or a state, and in state files.

Terraform documentation, "JSON Output Format", read 2026-11. What is planned is read, not what was: of `prior_state`
only the policy documents that were read for the plan, and none of the state that a plan changes. OpenTofu prints the
same.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lictor import Document, Path, lazy_pattern
from lictor_plugins.formats.terraform.values import Fields, Items, Scalar, Unknown, Value
from lictor_plugins.kinds.aws_iam.found import FoundPolicy, FoundRole
from lictor_plugins.kinds.aws_iam.terraform_attachments import boundaries_of, read_attachments
from lictor_plugins.kinds.aws_iam.terraform_entries import Entry
from lictor_plugins.kinds.aws_iam.terraform_references import References, references_in
from lictor_plugins.kinds.aws_iam.terraform_resources import declared_in, found_in_entry, undeclared, unlisted
from lictor_plugins.kinds.aws_iam.terraform_values import text_of, value_of

_STATE_VERSION = 4
_MOST_MODULES = 10_000
# The keys of instances in an address, and the modules at its beginning: `module.app["a"].aws_iam_role.x[0]`.
_KEYS = lazy_pattern(r'\[(?:"[^"]*"|\d+)\]')
_MODULE = lazy_pattern(r'module\.[^.\[]+(?:\[(?:"[^"]*"|\d+)\])?\.')
_POLICY_DOCUMENT = "aws_iam_policy_document"


class Planned(NamedTuple):
    """A resource or a data source: what is said of it, its attributes, and where both are in the document."""

    facts: Mapping[str, Any]
    attributes: Mapping[str, Any]
    path: Path
    place: Path


def is_plan(data: Any) -> bool:  # noqa: ANN401 - any document
    """Tell whether a document is a plan or a state of Terraform, or the changes of a plan.

    >>> is_plan({"format_version": "1.2", "planned_values": {"root_module": {}}})
    True
    >>> is_plan({"resource_changes": [{"type": "aws_iam_policy", "change": {"actions": ["create"]}}]})
    True
    """
    if not isinstance(data, dict):
        return False
    is_state = data.get("version") == _STATE_VERSION and "lineage" in data and isinstance(data.get("resources"), list)
    return is_state or any(True for _ in _roots(data)) or any(True for _ in _changes(data))


def plan_resources(data: Mapping[str, Any]) -> Iterator[Planned]:
    """Yield every resource of a plan or a state; of a plan without planned values what its changes come to."""
    if data.get("version") == _STATE_VERSION and "lineage" in data:
        yield from _of_state(data)
        return
    is_empty = True
    for module, path in _roots(data):
        for planned in _of_module(module, path):
            is_empty = False
            yield planned
    if is_empty:
        yield from _of_changes(data)


def _roots(data: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Path]]:
    """Yield the outermost module of a plan or of a state that is shown."""
    part = "planned_values" if isinstance(data.get("planned_values"), dict) else "values"
    values = data.get(part)
    root = values.get("root_module") if isinstance(values, dict) else None
    if isinstance(root, dict):
        yield root, (part, "root_module")


def _of_module(root: Mapping[str, Any], place: Path) -> Iterator[Planned]:
    waiting: list[tuple[Any, Path]] = [(root, place)]
    count = 0
    while waiting and count < _MOST_MODULES:
        module, path = waiting.pop()
        count += 1
        if not isinstance(module, dict):
            continue
        resources, modules = module.get("resources"), module.get("child_modules")
        for index, resource in enumerate(resources if isinstance(resources, list) else ()):
            if isinstance(resource, dict) and isinstance(resource.get("values"), dict):
                here = (*path, "resources", index)
                yield Planned(resource, resource["values"], here, (*here, "values"))
        inner = modules if isinstance(modules, list) else []
        waiting += reversed([(each, (*path, "child_modules", index)) for index, each in enumerate(inner)])


def _changes(data: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any], Mapping[str, Any]]]:
    """Yield the index of each change of a plan, what changes, and how."""
    changes = data.get("resource_changes")
    for index, each in enumerate(changes if isinstance(changes, list) else ()):
        change = each.get("change") if isinstance(each, dict) else None
        if isinstance(change, dict):
            yield index, each, change


def _of_changes(data: Mapping[str, Any]) -> Iterator[Planned]:
    for index, each, change in _changes(data):
        if isinstance(change.get("after"), dict):
            here = ("resource_changes", index)
            yield Planned(each, change["after"], here, (*here, "change", "after"))


def _of_state(data: Mapping[str, Any]) -> Iterator[Planned]:
    for index, resource in enumerate(data["resources"]):
        instances = resource.get("instances") if isinstance(resource, dict) else None
        for number, instance in enumerate(instances if isinstance(instances, list) else ()):
            if isinstance(instance, dict) and isinstance(instance.get("attributes"), dict):
                here = ("resources", index, "instances", number)
                yield Planned(resource, instance["attributes"], here, (*here, "attributes"))


def find_in_plan(document: Document) -> Iterator[FoundPolicy | FoundRole]:
    """Yield the policies and principals of a plan or a state, in its order; then the documents that nothing uses."""
    entries = entries_of(document.data)
    attachments, boundaries = read_attachments(entries), boundaries_of(entries)
    for entry in entries:
        yield from found_in_entry(entry, attachments, boundaries)
    yield from undeclared(entries, declared_in(entries))
    yield from _unused(document.data)


def entries_of(data: Mapping[str, Any]) -> list[Entry]:
    """Return the resources of a plan or a state, without data sources."""
    unknown, references = dict(_unknown(data)), references_in(data)
    return [_entry(planned, unknown, references) for planned in plan_resources(data) if not _is_data(planned)]


def _entry(planned: Planned, unknown: Mapping[str, Any], references: References) -> Entry:
    kind, address = str(planned.facts.get("type")), address_of(planned)
    value = value_of(planned.attributes)
    fields = value if isinstance(value, Fields) else Fields()
    known = _with_unknown(fields, unknown.get(address), address)
    known = known if isinstance(known, Fields) else fields
    known = _referring(known, references.get(_KEYS.sub("", address), {}), address)
    arn = text_of(known.fields.get("arn"))
    start = address.rfind(f"{kind}.{planned.facts.get('name')}")
    name = address[start:].partition(".")[2] if start >= 0 else address
    return Entry(kind, name, known, planned.place, arn)


def address_of(planned: Planned) -> str:
    """Return the address of a resource; a state leaves it to its type and its name."""
    facts = planned.facts
    return str(facts.get("address") or f"{facts.get('type')}.{facts.get('name')}")


def _is_data(planned: Planned) -> bool:
    return str(planned.facts.get("mode", "managed")) != "managed"


def _unused(data: Mapping[str, Any]) -> Iterator[FoundPolicy]:
    """Yield the policy documents that no resource holds and no other document takes in: their content tells the kind.

    A plan has those that it could read already in the state before it.
    """
    prior = data.get("prior_state")
    read = (_of_module(root, ("prior_state", *path)) for root, path in _roots(prior if isinstance(prior, dict) else {}))
    planned = [*plan_resources(data), *(each for module in read for each in module if _is_data(each))]
    documents = {
        address_of(each): each for each in planned if _is_data(each) and each.facts.get("type") == _POLICY_DOCUMENT
    }
    if not documents:
        return
    texts = [text for each in planned for text in _texts(each)]
    used = {key for key in map(_as_written, texts) if key}
    for each in documents.values():
        if _as_written(each.attributes.get("json")) not in used:
            entry = _entry(each, {}, {})
            yield from unlisted(entry._replace(values=Fields(fields={"json": entry.values.fields["json"]})))


def _texts(planned: Planned) -> Iterator[Any]:
    """Yield the texts among the attributes of a resource; of a policy document only what goes into it."""
    own = ("json", "minified_json") if planned.facts.get("type") == _POLICY_DOCUMENT and _is_data(planned) else ()
    waiting = [value for name, value in planned.attributes.items() if name not in own]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict | list):
            waiting += value.values() if isinstance(value, dict) else value
        else:
            yield value


def _as_written(text: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return the JSON in a text in one spelling, so that two spellings of a policy are the same; or nothing."""
    if not isinstance(text, str) or not text.lstrip().startswith("{"):
        return ""
    try:
        return json.dumps(json.loads(text), sort_keys=True)
    except (ValueError, RecursionError):
        return ""


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
    for _, each, change in _changes(data):
        yield str(each.get("address")), change.get("after_unknown")
