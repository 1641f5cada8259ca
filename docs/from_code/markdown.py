"""What all generated pages are written with: tables, links, and JSON Schema types in words."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a Markdown table; cells may hold Markdown."""
    cells = [list(head), *([str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows)]
    lines = ["| " + " | ".join(row) + " |" for row in cells]
    return "\n".join([lines[0], "|" + "---|" * len(cells[0]), *lines[1:]])


def link_to(heading: str) -> str:
    """Return a link to a heading of the same page, as GitHub names its anchors."""
    return f"[`{heading}`](#{re.sub(r'[^a-z0-9_ -]', '', heading.lower()).replace(' ', '-')})"


def first_sentence(text: str) -> str:
    """Return a docstring's first paragraph on one line."""
    return " ".join(text.partition("\n\n")[0].split())


def type_words(schema: Mapping[str, Any]) -> str:
    """Say what values a JSON Schema without references allows."""
    if "enum" in schema:
        return ", ".join("null" if value is None else f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    for choice in ("oneOf", "anyOf"):
        if choice in schema:
            return " or ".join(dict.fromkeys(type_words(one) for one in schema[choice]))
    kind = schema.get("type", "any")
    if kind == "array":
        return f"list of {type_words(schema.get('items', {}))}"
    return " or ".join(kind) if isinstance(kind, list) else str(kind)
