"""Write the pages that are made from code: rules, command line, file formats, hooks, functions, problem codes.

`python docs/generate.py` rewrites them; with `--check` it changes nothing and exits 1 when one is stale.
"""

import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from lictor import hookspecs
from lictor.api import PluginChoice, plugins_for
from lictor.cli.group import lictor
from lictor.errors import PROBLEM_CODES
from lictor.model import Rule
from lictor.query import ENGINE_FUNCTIONS
from lictor.registry import Registry
from lictor.schema import json_schema

DOCS = Path(__file__).parent
MADE = "<!-- Made by docs/generate.py; change the source, not this page. -->\n\n"
PARTS = {"rule": "rule-file", "ruleset": "ruleset-file", "cases": "cases-file"}


def main(arguments: list[str]) -> int:
    """Write or check every generated page."""
    registry = plugins_for(PluginChoice(only=())).registry
    pages = {DOCS / name: MADE + text.rstrip() + "\n" for name, text in _pages(registry)}
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    left = [path for path in (DOCS / "rules").glob("*.md") if path not in pages]
    if "--check" in arguments:
        for path in [*stale, *left]:
            print(f"{path.relative_to(DOCS.parent)}: stale; run make docs")
        return 1 if stale or left else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pages[path], encoding="utf-8")
    for path in left:
        path.unlink()
    return 0


def _pages(registry: Registry) -> Iterator[tuple[str, str]]:
    rules = [registry.rules[rule_id] for rule_id in sorted(registry.rules)]
    yield "rules/index.md", _rule_index(rules)
    for rule in rules:
        yield f"rules/{rule.id}.md", _rule_page(rule)
    yield "reference/command-line.md", _command_line()
    for part, name in PARTS.items():
        yield f"reference/{name}.md", _file_format(part)
    yield "reference/hooks.md", _hooks()
    yield "reference/functions.md", _functions(registry)
    yield "reference/kinds.md", _kinds(registry)
    yield "reference/problems.md", _problems()


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    cells = [list(head), *([str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows)]
    lines = ["| " + " | ".join(row) + " |" for row in cells]
    return "\n".join([lines[0], "|" + "---|" * len(cells[0]), *lines[1:]])


def _rule_index(rules: Iterable[Rule]) -> str:
    areas: dict[str, list[Rule]] = {}
    for rule in rules:
        areas.setdefault(rule.id.partition("-")[0], []).append(rule)
    text = "# Built-in rules\n"
    for area, members in sorted(areas.items()):
        rows = [
            (f"[{rule.id}]({rule.id}.md)", rule.level, rule.security_severity or "", rule.title) for rule in members
        ]
        text += f"\n## {area}\n\n{_table(('rule', 'level', 'security severity', 'title'), rows)}\n"
    return text


def _rule_page(rule: Rule) -> str:
    facts = [
        ("id", f"`{rule.id}`"),
        ("level", rule.level),
        ("security severity", rule.security_severity or ""),
        ("precision", rule.precision),
        ("applies to", ", ".join(f"`{kind}`" for kind in rule.applies_to)),
        ("also known as", ", ".join(rule.aliases)),
        ("tags", ", ".join(rule.tags)),
    ]
    text = rule.help.rstrip() + "\n\n## Facts\n\n" + _table(("", ""), ((name, value) for name, value in facts if value))
    if rule.parameters:
        rows = [
            (f"`{name}`", schema.get("type", "any"), f"`{schema.get('default')}`", schema.get("description", ""))
            for name, schema in rule.parameters.items()
        ]
        text += "\n\n## Parameters\n\n" + _table(("name", "type", "default", "meaning"), rows)
    return text


def _command_line() -> str:
    text = "# Command line\n"
    for path, command in _commands("lictor", lictor):
        context = click.Context(command, info_name=path, max_content_width=100, terminal_width=100)
        text += f"\n## {path}\n\n```text\n{command.get_help(context).rstrip()}\n```\n"
    return text


def _commands(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None:
                yield from _commands(f"{path} {name}", child)


def _file_format(part: str) -> str:
    schema = json_schema()["$defs"][part]
    text = f"# The {part} file\n\n{schema.get('description', '')}\n"
    return text + "".join(_object_tables(part, schema, 2))


def _object_tables(name: str, schema: Mapping[str, Any], depth: int) -> Iterator[str]:
    properties: Mapping[str, Any] = schema.get("properties", {})
    required = schema.get("required", ())
    rows = [
        (f"`{key}`", _type_of(value), "yes" if key in required else "", value.get("description", ""))
        for key, value in properties.items()
    ]
    if rows:
        yield f"\n{'#' * depth} {name}\n\n{_table(('key', 'type', 'needed', 'meaning'), rows)}\n"
    for key, value in properties.items():
        inner = value.get("items", value) if isinstance(value, dict) else {}
        if isinstance(inner, dict) and inner.get("properties") and depth < 5:  # noqa: PLR2004 - headings end at six
            yield from _object_tables(f"{name}.{key}", inner, depth + 1)


def _type_of(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for choice in ("oneOf", "anyOf"):
        if choice in schema:
            return " or ".join(dict.fromkeys(_type_of(one) for one in schema[choice]))
    kind = schema.get("type", "any")
    if kind == "array":
        return f"list of {_type_of(schema.get('items', {}))}"
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def _hooks() -> str:
    text = (
        "# Hooks\n\nA plugin is a module with functions marked `@lictor.hookimpl`, named under the entry-point group "
        "`lictor` of its distribution. Each registering hook returns an iterable of one type; all types are importable "
        "from `lictor`.\n"
    )
    for name, function in vars(hookspecs).items():
        if name.startswith("register_") or name == "finish":
            signature = re.sub(r"[a-z_]+\.(?:[a-z_]+\.)*", "", str(inspect.signature(function)))
            text += f"\n## {name}\n\n```python\ndef {name}{signature}\n```\n\n{inspect.getdoc(function)}\n"
    return text


def _functions(registry: Registry) -> str:
    rows = [(f"`{name}`", function.title) for name, function in ENGINE_FUNCTIONS.items()]
    text = (
        "# Query functions\n\nQueries are [JMESPath](https://jmespath.org/specification.html). All its functions are "
        "there, and these.\n\n## Where a query stands\n\n"
        + _table(("function", "meaning"), rows)
        + "\n\n## From plugins\n\n"
    )
    more = [
        (f"`{name}({', '.join('|'.join(types) for types in function.parameters)})`", function.returns, function.title)
        for name, function in sorted(registry.functions.items())
    ]
    return text + _table(("function", "returns", "meaning"), more)


def _kinds(registry: Registry) -> str:
    rows = [(f"`{kind.name}`", kind.title) for _, kind in sorted(registry.kinds.items())]
    text = (
        "# Kinds of subject\n\nWhat a rule's `applies-to` may name.\n\n" + _table(("kind", "what it is"), rows) + "\n"
    )
    for _, kind in sorted(registry.kinds.items()):
        if kind.schema.get("properties"):
            text += f"\n## {kind.name}\n\n" + "\n".join(_fields(kind.schema, kind.schema, "")) + "\n"
    return text


def _fields(schema: Mapping[str, Any], root: Mapping[str, Any], prefix: str) -> Iterator[str]:
    schema = _resolved(schema, root)
    for name, value in schema.get("properties", {}).items():
        inner = _resolved(value, root)
        is_list = inner.get("type") == "array"
        path = f"{prefix}{name}{'[]' if is_list else ''}"
        item = _resolved(inner.get("items", {}), root) if is_list else inner
        yield f"- `{path}` ({_type_of(item)}) {value.get('description', inner.get('description', ''))}".rstrip()
        yield from _fields(item, root, f"{path}.")


def _resolved(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    if not reference:
        return schema
    node: Any = root
    for step in str(reference).removeprefix("#/").split("/"):
        node = node[step]
    resolved: Mapping[str, Any] = node
    return resolved


def _problems() -> str:
    rows = [(f"`{code}`", meaning) for code, meaning in sorted(PROBLEM_CODES.items())]
    return "# Problems\n\nWhat can be wrong with input, by its code.\n\n" + _table(("code", "meaning"), rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
