"""The file formats that lictor reads: JSON, YAML, CloudFormation templates in either, and Terraform."""

from lictor import Budgets, Document, Loaded, Loader, Neighbours, hookimpl, lazy_pattern
from lictor_plugins.formats.cloudformation import is_template_text, load_template, load_template_among

_LARGE = 100_000
"""Characters from which a dump is read entry by entry."""

_DUMP_LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies", "Roles", "Users", "Groups")
_DUMP_NAMES = frozenset({*_DUMP_LISTS, "IsTruncated", "Marker", "NextToken"})
"""What `aws iam get-account-authorization-details` and the `list-…` commands answer (IAM API reference, 2026-11)."""

_BEGINS_DUMP = lazy_pattern(rf'\ufeff?\s*\{{\s*"(?:{"|".join(sorted(_DUMP_NAMES))})"')


def load_json(uri: str, text: str, budgets: Budgets) -> Loaded:
    """Read one JSON document; the pages of a dump that follow each other are one, too."""
    from lictor import parse_json

    loaded = parse_json(uri, text, budgets)
    if loaded.documents:
        return loaded
    from lictor_plugins.formats.json_pages import load_pages  # only for what is not one JSON value

    return load_pages(uri, text, budgets, loaded)


def stream_json(uri: str, text: str, budgets: Budgets) -> Document | None:
    """Return a large dump as a document that is read entry by entry."""
    if len(text) < _LARGE or not _BEGINS_DUMP.match(text):
        return None
    from lictor import streamed_json

    return streamed_json(uri, text, budgets, _DUMP_NAMES, lambda: load_json(uri, text, budgets))


def load_yaml(uri: str, text: str, budgets: Budgets) -> Loaded:
    """Read the documents of a YAML file; JSON is YAML too."""
    from lictor import parse_yaml

    return parse_yaml(uri, text, budgets)


def load_terraform(uri: str, text: str, budgets: Budgets) -> Loaded:
    """Read one file of Terraform configuration by itself."""
    from lictor_plugins.formats.terraform import load_among

    return load_among(uri, text, budgets, None)


def load_terraform_among(uri: str, text: str, budgets: Budgets, neighbours: Neighbours) -> Loaded:
    """Read one file of Terraform configuration together with those around it."""
    from lictor_plugins.formats.terraform import load_among

    return load_among(uri, text, budgets, neighbours)


@hookimpl
def register_loaders() -> list[Loader]:
    """Return the loaders for JSON, YAML, CloudFormation and Terraform."""
    return [
        Loader("json", (".json",), load_json, stream=stream_json),
        Loader("yaml", (".yaml", ".yml"), load_yaml),
        Loader(
            "cloudformation",
            (".json", ".yaml", ".yml", ".template"),
            load_template,
            is_template_text,
            load_template_among,
        ),
        Loader("terraform", (".tf", ".tf.json", ".tofu", ".tofu.json"), load_terraform, None, load_terraform_among),
    ]
