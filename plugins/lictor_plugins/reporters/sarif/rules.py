"""Rules in SARIF: reporting descriptors with all that GitHub and viewers show."""

import re
from collections.abc import Mapping
from typing import Any

from lictor import Level, Report, Rule, count_findings
from lictor_plugins.reporters.sarif.messages import message_strings, sentence, template_of

PROJECT_URI = "https://pypi.org/project/lictor/"

# GitHub: "SARIF support for code scanning", read 2026-10. Twenty tags are refused, ten are kept; descriptions are
# cut at 1,024 characters, names at 255.
_MAX_TAGS = 10
_MAX_DESCRIPTION = 1_024
_MAX_NAME = 255
_PRECISIONS = frozenset({"very-high", "high", "medium", "low"})
_PROBLEM_SEVERITIES: Mapping[Level, str] = {
    "error": "error",
    "warning": "warning",
    "note": "recommendation",
    "none": "recommendation",
}
_RANKS: Mapping[Level, float] = {"error": 70.0, "warning": 40.0, "note": 10.0, "none": 0.0}
_LINK = re.compile(r"https?://[^\s<>()\[\]\"'`]+")
_CWE = re.compile(r"external/cwe/cwe-0*([1-9]\d*)", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z0-9]+")
_HEADING = re.compile(r"#{1,6}\s+")
_FENCE = ("```", "~~~")


def all_rules(report: Report) -> tuple[Rule, ...]:
    """Return the rules of the run, and a stand-in for each other id that a finding has (a ruleset's groups).

    Rules that nothing was there for are among them: a tool's rules should not differ from one commit to the next.
    """
    rules = {rule.id: rule for rule in (*report.unasked_rules, *report.rules)}
    for sort, _ in sorted(count_findings(report.findings), key=lambda each: each[0]):
        if sort.rule_id not in rules:
            title = f"Rules combined as '{sort.rule_id}' by a ruleset"
            rules[sort.rule_id] = Rule(sort.rule_id, title, "", (), sort.level)
    return tuple(sorted(rules.values(), key=lambda rule: rule.id))


def descriptor(rule: Rule, weaknesses: tuple[str, ...]) -> dict[str, Any]:
    """Return a rule's `reportingDescriptor` (3.49). `weaknesses` are the CWE ids of the run's taxonomy, in order."""
    described: dict[str, Any] = {
        "id": rule.id,
        "name": pascal_case(rule.id)[:_MAX_NAME],
        "shortDescription": {"text": _shortened(sentence(rule.title or rule.id))},
        "fullDescription": {"text": _shortened(sentence(_summary(rule.help) or rule.title or rule.id))},
        "messageStrings": message_strings(template_of(rule)),
        "help": _help(rule),
        "helpUri": next((link for text in rule.references for link in _LINK.findall(text)), PROJECT_URI),
        "defaultConfiguration": {"level": rule.level, "rank": _rank(rule)},
    }
    cwe = {"name": "CWE", "index": 0}
    relationships = [
        {
            "target": {"id": weakness, "index": weaknesses.index(weakness), "toolComponent": cwe},
            "kinds": ["superset"],
        }
        for weakness in cwe_of(rule)
    ]
    if relationships:
        described["relationships"] = relationships
    return {**described, "properties": _properties(rule)}


def cwe_of(rule: Rule) -> tuple[str, ...]:
    """Return the numbers of the weaknesses that a rule's tags name."""
    return tuple(dict.fromkeys(match[1] for tag in rule.tags if (match := _CWE.fullmatch(tag))))


def pascal_case(name: str) -> str:
    """Return a name as SARIF wants it: PascalCase, no two capitals in a row.

    >>> pascal_case("trust-wildcard-principal"), pascal_case("s-3-a")
    ('TrustWildcardPrincipal', 'S3a')
    """
    text = ""
    for word in _WORD.findall(name):
        is_joined = text and (len(word) == 1 or text[-1].isupper())
        text += word.lower() if is_joined else word.capitalize()
    return text if text[:1].isupper() else f"Rule{text}"


def _properties(rule: Rule) -> dict[str, Any]:
    properties: dict[str, Any] = {"tags": _tags(rule)}
    if rule.precision in _PRECISIONS:
        properties["precision"] = rule.precision
    if rule.security_severity:
        # A text, not a number: GitHub refuses the whole file otherwise.
        properties["security-severity"] = f"{rule.security_severity:.1f}"
    properties["problem.severity"] = _PROBLEM_SEVERITIES[rule.level]
    return properties


def _tags(rule: Rule) -> list[str]:
    tags = sorted(set(rule.tags) - {"security"})
    # What GitHub would cut is the end, so the weaknesses, which it links, go first.
    tags.sort(key=lambda tag: not _CWE.fullmatch(tag))
    first = ["security"] if rule.security_severity or "security" in rule.tags else []
    return (first + tags)[:_MAX_TAGS]


def _rank(rule: Rule) -> float:
    return round(rule.security_severity * 10, 1) if rule.security_severity else _RANKS[rule.level]


def _help(rule: Rule) -> dict[str, str]:
    if not rule.help:
        explain = f" Run 'lictor explain {rule.id}' for more." if rule.distribution else ""
        return {"text": f"{sentence(rule.title or rule.id)}{explain}"}
    return {"text": _plain(rule.help), "markdown": rule.help}


def _plain(markdown: str) -> str:
    lines = markdown.splitlines()
    if any(fence in markdown for fence in _FENCE):
        lines = [line for line in lines if not line.lstrip().startswith(_FENCE)]
    return "\n".join([_HEADING.sub("", line) if line[:1] == "#" else line for line in lines]).replace("`", "").strip()


def _summary(markdown: str) -> str:
    """Return the first paragraph of the page that is neither heading nor code."""
    for paragraph in re.split(r"\n\s*\n", markdown):
        lines = [line.strip() for line in paragraph.splitlines() if not _HEADING.match(line)]
        text = " ".join(line for line in lines if line)
        if text and not text.startswith((*_FENCE, "|", "- ", "* ")):
            return text.replace("`", "").replace("**", "")
    return ""


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_DESCRIPTION else text[: _MAX_DESCRIPTION - 2].rstrip() + "…."
