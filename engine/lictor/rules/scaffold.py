"""The files of a new rule: a working one for its kind, with cases that pass, to be changed from there."""

import json
import re
from collections.abc import Mapping

from lictor.errors import LictorError, did_you_mean
from lictor.model import Problem
from lictor.rules.examples import EXAMPLES, Example

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 ,.()'/*-]*")


def scaffold_kinds() -> tuple[str, ...]:
    """Return the kinds that a new rule can be made for."""
    return tuple(sorted(EXAMPLES))


def new_rule_files(
    rule_id: str, kind: str = "document", title: str = "", schema_uri: str = "../../lictor.schema.json"
) -> Mapping[str, str]:
    """Return the files of a new rule by relative path. Raises LictorError for an id or a kind that can't be used.

    `schema_uri` is where editors find the output of `lictor schema`.

    >>> list(new_rule_files("web-plain-http"))
    ['web/plain_http/rule.yaml', 'web/plain_http/rule.md', 'web/plain_http/cases.yaml']
    """
    problems = []
    if not _ID.fullmatch(rule_id):
        hint = "use kebab-case, area first, such as 'trust-wildcard-principal'"
        problems.append(Problem("bad-rule", f"'{rule_id}' can't be the id of a rule", "usage", hint=hint))
    if kind not in EXAMPLES:
        known = f"start from one of {', '.join(scaffold_kinds())}, and change 'applies-to'"
        hint = did_you_mean(kind, EXAMPLES) or known
        problems.append(Problem("unknown-kind", f"no example to start from for kind '{kind}'", "usage", hint=hint))
    if problems:
        raise LictorError(problems)
    example = EXAMPLES[kind]
    area, _, name = rule_id.partition("-")
    folder = f"{area}/{name.replace('-', '_')}"
    heading = " ".join(title.split()) or example.title
    return {
        f"{folder}/rule.yaml": _rule(rule_id, kind, heading, example, schema_uri),
        f"{folder}/rule.md": _page(heading, example),
        f"{folder}/cases.yaml": _cases(example),
    }


def _rule(rule_id: str, kind: str, title: str, example: Example, schema_uri: str) -> str:
    for_each = f"for-each: {example.for_each}\n" if example.for_each else ""
    return f"""\
# yaml-language-server: $schema={schema_uri}
id: {rule_id}
title: {_scalar(title)}
level: warning                 # note | warning | error
precision: medium              # very-high | high | medium | low: how seldom the rule is wrong
tags: [{rule_id.partition("-")[0]}]
applies-to: [{kind}]
# each value that 'deny' gives is a finding: it is shown as {{found}}, and the finding points to where it stands
{for_each}deny: {example.deny}
message: {_scalar(example.message)}
"""


def _page(title: str, example: Example) -> str:
    return f"""\
# {title}

## What it finds

{title}.

## Why it matters

{example.why}

## Avoid

```{example.fence}
{example.avoid}```

## Prefer

```{example.fence}
{example.prefer}```

## Fix

{example.fix}

## References

- {example.reference}
"""


def _cases(example: Example) -> str:
    cases = [
        ("is found", example.avoid, example.path),
        ("a near miss is not found", example.prefer, ""),
        (example.odd_name, example.odd, example.odd_path),
    ]
    return "\n".join(_case(name, text, path, example) for name, text, path in cases)


def _case(name: str, text: str, path: str, example: Example) -> str:
    lines = [f"- name: {name}"]
    if example.kind:
        lines.append(f"  kind: {example.kind}")
    if example.format != "json":
        lines.append(f"  format: {example.format}")
    lines += ["  text: |", *(f"    {line}".rstrip() for line in text.splitlines())]
    lines += ["  find:", f"    - path: {_scalar(path)}"] if path else ["  find: []"]
    return "\n".join(lines) + "\n"


def _scalar(text: str) -> str:
    """Write text as a YAML scalar: plain where that is safe, else in double quotes as JSON does."""
    return text if _PLAIN.fullmatch(text) and not text.endswith(" ") else json.dumps(text, ensure_ascii=False)
