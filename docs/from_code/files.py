"""The pages of our own files: an example that is tested, and a table for each part of the schema."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from from_code.markdown import link_to, table, type_words
from lictor.rulesets import MERGE_TABLE
from lictor.schema import json_schema

Schema = Mapping[str, Any]

_EXAMPLES = {
    "rule": "rules/lictor_rules/trust/wildcard_principal/rule.yaml",
    "ruleset": "tests/scenarios/organisation-ruleset/lictor.yaml",
    "cases": "rules/lictor_rules/trust/bare_star/cases.yaml",
}
_LINKS = {
    "query": "[query](queries.md)",
    "message": "text with `{…}`",
    "ruleset-inline-rule": "[a whole rule](rule-file.md)",
}
_MERGE = """
## How a ruleset merges with what it extends

What is extended comes first, in the order in which it is named; then this ruleset. `lictor ruleset show` prints the
outcome, with the file and line of every value.

"""


def file_format(part: str, root: Path) -> str:
    """Return the page of one sort of file."""
    definitions: Mapping[str, Schema] = json_schema()["$defs"]
    schema = definitions[part]
    example = (root / _EXAMPLES[part]).read_text(encoding="utf-8").rstrip()
    text = f"# The {part} file\n\n{schema['description']}\n\n"
    text += f"`lictor schema {part}` prints its JSON Schema, for editors. An example that is tested:\n\n"
    text += f"```yaml\n{example}\n```\n\n## Keys\n\n"
    text += "\n".join(_Page(definitions).sections("", schema))
    return text + (_MERGE + _merge_table() if part == "ruleset" else "")


def _merge_table() -> str:
    sentences: dict[str, str] = {}
    for row in MERGE_TABLE:
        sentences.setdefault(row.name, row.sentence)
    return table(("key", "how it merges"), ((f"`{name}`", sentence) for name, sentence in sentences.items()))


class _Page:
    """The tables of one page. A part that several keys share is described where it is first met."""

    def __init__(self, definitions: Mapping[str, Schema]) -> None:
        """Keep the schema's definitions."""
        self._definitions = definitions
        self._known: dict[int, str] = {}

    def sections(self, place: str, schema: Schema) -> Iterator[str]:
        """Yield the table of an object's keys, then the sections of what these hold."""
        schema = self._resolved(schema)
        if schema.get("type") == "array":
            yield "A list; each item has these keys.\n"
            yield from self.sections(f"{place}[]", schema["items"])
            return
        required = schema.get("required", ())
        inner: list[tuple[str, Schema]] = []
        rows = []
        for key, value in schema["properties"].items():
            parts = list(self._parts(f"{place}.{key}".lstrip("."), value))
            for name, part in parts:
                if self._known.setdefault(id(part), name) == name:
                    inner.append((name, part))
            meaning = _meaning({**self._resolved(value), **value})
            rows.append((f"`{key}`", self._words(value), "yes" if key in required else "", meaning))
        yield table(("key", "type", "needed", "meaning"), rows) + "\n"
        for name, part in inner:
            yield f"### {name}\n"
            yield from self.sections(name, part)

    def _resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            schema = self._definitions[str(schema["$ref"]).rpartition("/")[2]]
        return schema

    def _parts(self, place: str, schema: Schema) -> Iterator[tuple[str, Schema]]:
        """Yield the objects with keys of their own that a value may be or hold."""
        name = str(schema.get("$ref", "")).rpartition("/")[2]
        if name in _LINKS:
            return
        schema = self._resolved(schema)
        if schema.get("properties"):
            yield place, schema
        elif "items" in schema:
            yield from self._parts(f"{place}[]", schema["items"])
        elif isinstance(schema.get("additionalProperties"), dict):
            yield from self._parts(f"{place}.NAME", schema["additionalProperties"])
        for choice in (*schema.get("oneOf", ()), *schema.get("anyOf", ()), *self._branches(schema)):
            if "required" not in choice:
                yield from self._parts(place, choice)

    def _words(self, schema: Schema) -> str:
        name = str(schema.get("$ref", "")).rpartition("/")[2]
        if name in _LINKS:
            return _LINKS[name]
        schema = self._resolved(schema)
        if id(schema) in self._known:
            return link_to(self._known[id(schema)])
        choices = (*schema.get("oneOf", ()), *schema.get("anyOf", ()), *self._branches(schema))
        if choices and not any("required" in choice for choice in choices):
            return " or ".join(dict.fromkeys(self._words(choice) for choice in choices))
        if "items" in schema:
            return f"list of {self._words(schema['items'])}"
        if isinstance(schema.get("additionalProperties"), dict):
            return f"mapping of names to {self._words(schema['additionalProperties'])}"
        return type_words(schema)

    def _branches(self, schema: Schema) -> tuple[Schema, ...]:
        """Return what `if`, `then` and `else` lead to."""
        if "if" not in schema:
            return ()
        ends: tuple[Schema, ...] = (schema["else"], schema["then"])
        return tuple(branch for end in ends for branch in (self._branches(end) or (end,)))


def _meaning(schema: Schema) -> str:
    text = str(schema.get("description", ""))
    return f"{text} Default: `{schema['default']}`." if "default" in schema else text
