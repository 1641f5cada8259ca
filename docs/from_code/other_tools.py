"""The page that tells, check by check of other tools, which rules ask the same: docs/other-tools.yaml and aliases."""

import fnmatch
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import yaml

from from_code.markdown import table
from lictor.model import Rule

SOURCE = Path(__file__).parents[1] / "other-tools.yaml"
REASONS = {"live": "needs a live account", "other": "not about policies"}
"""Why no rule asks what a check asks, where a word in the file stands for it."""

_INTRODUCTION = """\
# Other tools' checks

Which rules ask what the checks of other tools ask of AWS policies and of those who hold them. {total} checks of {tools}
tools are here: {asked} are asked by rules, {live} need a live account or are not about policies, and {rest} are not
asked for the reason that stands beside them.

A rule may ask more than the check, or less where the check is wrong about a policy: [precision](precision.md) has
figures. Several rules stand where what is one check there is several findings here; a finding may also be hidden by one
that says more (`supersedes` in the [ruleset](ruleset-file.md): who may do everything may do each thing), and names it;
such rules stand behind a semicolon where they are known to say the same. Rules that are not asked by default are in
`aws-iam-strict`: see the [rules](../rules/index.md).

The numbers of Checkov are aliases: they can be named wherever a rule can, and stand for all rules that answer to them.

```sh
lictor check --only CKV_AWS_286 .      # every way to become administrator that Checkov knows
lictor explain CKV_AWS_60
```

The same goes for `rules`, `waivers` and `locks` of a ruleset, and for comments that waive.
"""


class Check(NamedTuple):
    """A check of another tool: the rules that ask the same, or why none does.

    `also` are rules that say more, in whose place those of `rules` are not told.
    """

    tool: str
    id: str
    title: str
    rules: tuple[str, ...]
    why_not: str = ""
    also: tuple[str, ...] = ()


class Tool(NamedTuple):
    """Another tool, what is listed of it, and its checks."""

    name: str
    version: str
    about: str
    checks: tuple[Check, ...]


def read_tools(rules: Iterable[Rule], source: Path = SOURCE) -> Iterator[Tool]:
    """Read the file; a check without rules of its own has those that answer to its id. Globs stay globs."""
    answering: dict[str, list[str]] = {}
    for rule in rules:
        for alias in rule.aliases:
            answering.setdefault(alias, []).append(rule.id)
    for tool in yaml.safe_load(source.read_text(encoding="utf-8")):
        checks = tuple(_read_check(tool["tool"], check, answering) for check in tool["checks"])
        yield Tool(tool["tool"], tool["version"], tool["about"], checks)


def _read_check(tool: str, check: Mapping[str, str | list[str]], answering: Mapping[str, list[str]]) -> Check:
    id_ = str(check["id"])
    rules = tuple(check.get("rules", answering.get(id_, ())))
    return Check(tool, id_, str(check["title"]), rules, str(check.get("why-not", "")), tuple(check.get("also", ())))


def expanded(check: Check, ids: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of a check's rules, globs replaced by what they stand for."""
    patterns = (*check.rules, *check.also)
    return tuple(id_ for id_ in ids if any(fnmatch.fnmatchcase(id_, pattern) for pattern in patterns))


def other_tools(rules: Iterable[Rule]) -> str:
    """Return the page."""
    tools = tuple(read_tools(rules))
    checks = [check for tool in tools for check in tool.checks]
    asked = sum(bool(check.rules) for check in checks)
    apart = sum(check.why_not in REASONS for check in checks)
    text = _INTRODUCTION.format(
        total=len(checks), tools=len(tools), asked=asked, live=apart, rest=len(checks) - asked - apart
    )
    rows = [_summary(tool) for tool in tools]
    text += f"\n{table(('tool', 'checks', 'asked', 'live account, or other things', 'not asked'), rows)}\n"
    for tool in tools:
        lines = [(f"`{each.id}`", each.title, _answer(each)) for each in tool.checks]
        text += f"\n## {tool.name}\n\n{tool.version}: {tool.about}.\n\n"
        text += f"{table(('check', 'title', 'rules, or why not'), lines)}\n"
    return text


def _summary(tool: Tool) -> tuple[object, ...]:
    asked = sum(bool(check.rules) for check in tool.checks)
    apart = sum(check.why_not in REASONS for check in tool.checks)
    return tool.name, len(tool.checks), asked, apart, len(tool.checks) - asked - apart


def _answer(check: Check) -> str:
    if check.rules:
        also = f"; {_links(check.also)}" if check.also else ""
        return _links(check.rules) + also
    return REASONS.get(check.why_not, check.why_not)


def _links(ids: Iterable[str]) -> str:
    return ", ".join(f"`{id_}`" if "*" in id_ else f"[{id_}](../rules/{id_}.md)" for id_ in ids)
