"""A rule's page (rule.md): its sections, and the documents that it tells people to avoid and to prefer."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lictor.errors import did_you_mean
from lictor.model import Location, Problem, Region
from lictor.values import NamedTuple

HEADINGS = ("What it finds", "Why it matters", "Avoid", "Prefer", "Fix", "References")
"""The sections that every page has, in this order."""

DOCUMENT_LANGUAGES = frozenset({"json", "yaml", "yml", "hcl", "tf", "terraform"})
"""The fences that hold a document. Other fences (sh, text) are for people only."""

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*")
_FENCE = re.compile(r"( {0,3})(`{3,}|~{3,})\s*([^`\s]*)([^`]*)")
_KIND = re.compile(r"\bkind=(\S+)")
_PARAMETERS = re.compile(r"\bparameters=(.*\S)")


class Block(NamedTuple):
    """A fenced block: its language (lower case), its text, and the line in the page where the text starts (1-based).

    `kind` is the kind of subject that the document is, where the fence says so: ```json kind=aws.iam.scp
    `parameters` is what it says of the rule's parameters, as JSON: ```json parameters={"own-accounts": []}
    """

    language: str
    text: str
    line: int
    kind: str = ""
    parameters: str = ""


@dataclass(frozen=True, slots=True)
class RulePage:
    """A page taken apart. `sections` maps a heading to its text, `lines` to its line (1-based)."""

    sections: Mapping[str, str]
    lines: Mapping[str, int]
    avoid_blocks: tuple[Block, ...]
    prefer_blocks: tuple[Block, ...]


def read_page(text: str) -> RulePage:
    r"""Take a page apart. A heading inside a fence is text.

    >>> read_page("# r\n\n## Avoid\n\n```json\n{}\n```\n").avoid_blocks
    (Block(language='json', text='{}\n', line=6, kind='', parameters=''),)
    """
    sections: dict[str, list[str]] = {}
    lines: dict[str, int] = {}
    blocks: dict[str, list[Block]] = {}
    heading, fence, text_lines = "", "", list[str]()
    head = Block("", "", 0)
    for number, line in enumerate(text.splitlines(), start=1):
        opening = _FENCE.fullmatch(line)
        if fence:
            if opening and opening[2].startswith(fence) and not opening[3]:
                blocks.setdefault(heading, []).append(head._replace(text="".join(f"{each}\n" for each in text_lines)))
                fence = ""
            else:
                text_lines.append(line)
        elif opening:
            kind = _KIND.search(opening[4])
            fence, text_lines = opening[2], []
            given = _PARAMETERS.search(opening[4])
            head = Block(opening[3].lower(), "", number + 1, kind[1] if kind else "", given[1] if given else "")
        elif (title := _HEADING.fullmatch(line)) and len(title[1]) > 1:
            heading = title[2]
            lines.setdefault(heading, number)
            sections.setdefault(heading, [])
            continue
        if heading:
            sections[heading].append(line)
    return RulePage(
        {name: "\n".join(body).strip() for name, body in sections.items()},
        lines,
        _documents(blocks.get("Avoid", [])),
        _documents(blocks.get("Prefer", [])),
    )


def page_problems(text: str, uri: str) -> tuple[Problem, ...]:
    """Say which sections a page lacks, and which have nothing in them."""
    page = read_page(text)
    problems = []
    for name in HEADINGS:
        if name not in page.sections:
            near = did_you_mean(name, page.sections)
            hint = near or f"a page has the headings {', '.join(HEADINGS)}"
            problems.append(_problem(uri, 1, f"the heading '{name}' is missing", hint))
        elif not page.sections[name]:
            problems.append(_problem(uri, page.lines[name], f"nothing is written under '{name}'", ""))
    for name, blocks in (("Avoid", page.avoid_blocks), ("Prefer", page.prefer_blocks)):
        if page.sections.get(name) and not blocks:
            hint = "open it with ```json or ```yaml; it becomes a case of the rule"
            problems.append(_problem(uri, page.lines[name], f"'{name}' shows no document", hint))
        for block in blocks:
            if block.parameters and read_parameters(block) is None:
                message = f"expected a JSON object after 'parameters=', found '{block.parameters}'"
                problems.append(_problem(uri, block.line - 1, message, ""))
    return tuple(problems)


def read_parameters(block: Block) -> dict[str, Any] | None:
    """Return what a fence says of the rule's parameters, None when it is not a JSON object."""
    try:
        value = json.loads(block.parameters or "{}")
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _documents(blocks: list[Block]) -> tuple[Block, ...]:
    return tuple(block for block in blocks if block.language in DOCUMENT_LANGUAGES)


def _problem(uri: str, line: int, message: str, hint: str) -> Problem:
    return Problem("bad-page", message, "rule", hint=hint, location=Location(uri, Region(line, 1, line, 1)))
