"""The page of kinds of subject: what each is, and the fields that a query can ask for."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from from_code.markdown import link_to, table, type_words
from lictor.model import Kind
from lictor.registry import Registry

_INTRODUCTION = """\
# Kinds of subject

A rule names in `applies-to` the kinds that it is about; `aws.iam.*` stands for all that begin so. A subject is found
wherever it lives: an AWS policy in a file of its own, in a CloudFormation template, in a string that holds JSON.

`lictor query --kind KIND '@' FILE` prints what a query sees of the subjects in a file.
"""

_HEADINGS = {"aws.iam.identity-policy": "Every AWS policy"}
"""Names of sections that several kinds share, by the first of them."""

Fields = Mapping[str, Mapping[str, Any]]


def kinds(registry: Registry) -> str:
    """Return the page; kinds whose values have one form share a section."""
    every = [kind for _, kind in sorted(registry.kinds.items())]
    forms: dict[str, list[Kind]] = {}
    for kind in every:
        if _is_described(kind.schema):
            forms.setdefault(_key(kind.schema), []).append(kind)
    headings = {key: _HEADINGS.get(members[0].name, members[0].name) for key, members in forms.items()}
    rows = [
        (
            f"`{kind.name}`",
            kind.title,
            link_to(headings[_key(kind.schema)]) if _key(kind.schema) in headings else "what is written",
        )
        for kind in every
    ]
    known = dict(headings)
    sections = [f"## {headings[key]}\n\n" + "\n".join(_tables(forms[key][0].schema, known)) for key in forms]
    return f"{_INTRODUCTION}\n{table(('kind', 'what it is', 'what a query sees'), rows)}\n\n" + "\n".join(sections)


def _is_described(schema: Mapping[str, Any]) -> bool:
    return any("description" in field for field in schema.get("properties", {}).values())


def _tables(schema: Mapping[str, Any], known: dict[str, str], prefix: str = "") -> Iterator[str]:
    """Yield a table of fields, then those of each field that is an object; one form is described once."""
    fields: Fields = schema["properties"]
    inner: list[tuple[str, Mapping[str, Any]]] = []
    rows = []
    for name, field in fields.items():
        is_list = field.get("type") == "array"
        item: Mapping[str, Any] = field["items"] if is_list else field
        place = f"{prefix}{name}{'[]' if is_list else ''}"
        words = type_words(field)
        if item.get("properties"):
            same = known.setdefault(_key(item), place)
            words = f"{'list of ' if is_list else ''}object: {link_to(same)}"
            if same == place:
                inner.append((place, item))
        rows.append((f"`{name}`", words, field.get("description", "")))
    yield table(("field", "type", "meaning"), rows) + "\n"
    for place, item in inner:
        yield f"### {place}\n"
        yield from _tables(item, known, f"{place}.")


def _key(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema.get("properties"), sort_keys=True)
