"""ACME's plugin: a kind, a function, a rule in YAML, a rule in Python, a ruleset and a reporter."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lictor import (
    Document,
    Function,
    Kind,
    Match,
    Report,
    Reporter,
    ReportOptions,
    Rule,
    RuleDirectory,
    RulesetSource,
    Subject,
    hookimpl,
)

HERE = Path(__file__).parent


@hookimpl
def register_kinds() -> Iterable[Kind]:
    """Return the kind `acme.service`: ACME's service manifests."""
    schema = {
        "type": "object",
        "properties": {"service": {"type": "string"}, "team": {"type": "string"}, "tier": {"type": "integer"}},
        "additionalProperties": False,
    }
    return [Kind("acme.service", "A service manifest of ACME", find_services, schema)]


def find_services(document: Document, wanted: frozenset[str]) -> Iterator[Subject]:
    """Yield the document itself when it has a `service` key."""
    if "acme.service" in wanted and isinstance(document.data, dict) and "service" in document.data:
        yield Subject("acme.service", document, (), document.data, name=str(document.data["service"]))


@hookimpl
def register_functions() -> Iterable[Function]:
    """Return `acme_team(name)`: whether a team exists."""
    return [Function("acme_team", is_team, (("string",),), "Tell whether ACME has a team of this name", "boolean")]


def is_team(name: str) -> bool:
    """Tell whether ACME has a team of this name."""
    return name in {"payments", "identity"}


@hookimpl
def register_rules() -> Iterable[Rule | RuleDirectory]:
    """Return ACME's rules: a directory of YAML rules, and one in Python."""
    return [
        RuleDirectory(str(HERE / "rules")),
        Rule(
            id="acme-tier-high",
            title="Tiers end at three",
            message="Tier {tier} of {subject.name} does not exist",
            applies_to=("acme.service",),
            level="warning",
            check=check_tier,
        ),
    ]


def check_tier(subject: Subject, parameters: Mapping[str, Any]) -> Iterator[Match]:
    """Yield a match for a tier above three."""
    del parameters
    if subject.value.get("tier", 0) > 3:
        yield Match(path=("tier",), values={"tier": subject.value["tier"]})


@hookimpl
def register_rulesets() -> Iterable[RulesetSource]:
    """Return ACME's baseline."""
    return [RulesetSource("acme-baseline", "acme-baseline.yaml", (HERE / "acme-baseline.yaml").read_text())]


@hookimpl
def register_reporters() -> Iterable[Reporter]:
    """Return a reporter that counts."""
    return [Reporter("acme-count", "The number of findings", count)]


def count(report: Report, options: ReportOptions) -> str:
    """Return the number of findings as text."""
    del options
    return f"acme counted {len(report.findings)}\n"
