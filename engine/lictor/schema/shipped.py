"""The schema files that ship in the package, put together as one schema."""

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

Definition = Literal["rule", "ruleset", "cases"]
"""The files of our own that have a schema."""

DEFINITIONS: tuple[Definition, ...] = ("rule", "ruleset", "cases")

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(definition: Definition | None = None) -> dict[str, Any]:
    """Return one JSON Schema (2020-12) whose `$defs` hold `rule`, `ruleset` and `cases`.

    With a definition, the schema's root is that one: what an editor needs for a file of that sort. Without, a list
    is read as cases, a mapping with `applies-to` as a rule, and any other as a ruleset.

    >>> sorted(json_schema("rule")["$defs"])[:2], json_schema("rule")["$ref"]
    (['case', 'case-finding'], '#/$defs/rule')
    """
    definitions: dict[str, Any] = {}
    for name in DEFINITIONS:
        body = _read(name)
        definitions |= body.pop("$defs", {})
        definitions[name] = body
    root = {"$ref": f"#/$defs/{definition}"} if definition else _any_of_ours()
    return {"$schema": _DIALECT, **root, "$defs": dict(sorted(definitions.items()))}


def _any_of_ours() -> dict[str, Any]:
    return {
        "if": {"type": "array"},
        "then": {"$ref": "#/$defs/cases"},
        "else": {
            "if": {"required": ["applies-to"]},
            "then": {"$ref": "#/$defs/rule"},
            "else": {"$ref": "#/$defs/ruleset"},
        },
    }


def _read(name: Definition) -> dict[str, Any]:
    text = (Path(__file__).parent / f"{name}.schema.json").read_text("utf-8")
    body: dict[str, Any] = json.loads(text)
    del body["$schema"]
    return body


@functools.cache
def validator_for(definition: Definition) -> "Draft202012Validator":
    """Return a compiled validator; this is the one place where reading our own files imports jsonschema-rs."""
    from jsonschema_rs import Draft202012Validator

    return Draft202012Validator(json_schema(definition))
