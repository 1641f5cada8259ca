"""The file formats that lictor reads: JSON, YAML, and CloudFormation templates in either."""

from lictor import Budgets, Loaded, Loader, hookimpl
from lictor_plugins.formats.cloudformation import is_template_text, load_template


def load_json(uri: str, text: str, budgets: Budgets) -> Loaded:
    """Read one JSON document."""
    from lictor import parse_json

    return parse_json(uri, text, budgets)


def load_yaml(uri: str, text: str, budgets: Budgets) -> Loaded:
    """Read the documents of a YAML file; JSON is YAML too."""
    from lictor import parse_yaml

    return parse_yaml(uri, text, budgets)


@hookimpl
def register_loaders() -> list[Loader]:
    """Return the loaders for JSON, YAML and CloudFormation."""
    return [
        Loader("json", (".json",), load_json),
        Loader("yaml", (".yaml", ".yml"), load_yaml),
        Loader("cloudformation", (".json", ".yaml", ".yml", ".template"), load_template, is_template_text),
    ]
