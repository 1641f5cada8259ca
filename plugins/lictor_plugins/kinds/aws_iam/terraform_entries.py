"""A Terraform resource as what is found in it needs it, whether of a configuration, a plan or a state."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lictor import Path
from lictor_plugins.formats.terraform.values import Fields
from lictor_plugins.kinds.aws_iam.found import FoundPolicy
from lictor_plugins.kinds.aws_iam.terraform_values import followed, policies_in, text_of


class Entry(NamedTuple):
    """A resource: its type, its name in the configuration, its attributes and where these are in the document."""

    type: str
    name: str
    values: Fields
    path: Path
    arn: str | None = None


def policies_at(
    entry: Entry, place: tuple[str, ...], kind: str, role: Mapping[str, Any] | None = None
) -> Iterator[FoundPolicy]:
    """Follow attributes of a resource down to policies."""
    for value, path in followed(entry.values, place, entry.path):
        for raw in policies_in(value, path):
            if raw.value == "":
                continue
            told_by = f"the attribute '{place[-1]}'"
            yield FoundPolicy(raw.value, raw.path, entry.name, kind, told_by, raw.template, role)


def name_of(entry: Entry) -> str | None:
    """Return the name that a resource gives what it makes; None where the provider makes one up."""
    return text_of(entry.values.fields.get("name"))
