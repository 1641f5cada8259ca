"""Resources and data sources of Terraform as subjects: those of a configuration look like those of a plan."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lictor import Document, Path, Subject

_MODES = {"resource": "managed", "data": "data"}


def find_resources(kind: str, document: Document) -> Iterator[Subject]:
    """Yield the resources of a configuration, a plan or a state."""
    found = _in_configuration(document.data) if document.format == "terraform" else _in_plan(document.data)
    for value, path, values in found:
        yield Subject(kind, document, path, value, value["address"], _source(path, values))


def _source(path: Path, values: Path) -> Callable[[Path], Path]:
    """Return the function that finds a part of the value: only the attributes have places of their own in HCL."""

    def source_path(inner: Path) -> Path:
        if inner[:1] == ("values",):
            return values + inner[1:]
        return path if values == path else path + inner

    return source_path


def _in_configuration(data: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], Path, Path]]:
    for block, mode in _MODES.items():
        for kind, named in data.get(block, {}).items():
            for name, values in named.items():
                address = f"{'data.' if mode == 'data' else ''}{kind}.{name}"
                path = (block, kind, name)
                bare = name.split("[", 1)[0]
                yield {"address": address, "mode": mode, "type": kind, "name": bare, "values": values}, path, path


def _in_plan(data: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], Path, Path]]:
    from lictor_plugins.kinds.aws_iam.terraform_plan import address_of, is_plan, plan_resources

    for planned in plan_resources(data) if is_plan(data) else ():
        facts = planned.facts
        value = {
            "address": address_of(planned),
            "mode": str(facts.get("mode", "managed")),
            "type": str(facts.get("type")),
            "name": str(facts.get("name")),
            "values": planned.attributes,
        }
        yield value, planned.path, planned.place
