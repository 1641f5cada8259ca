"""What a ruleset directs, after its ancestors were merged in; every part knows where it was written."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from lictor.model.findings import Finding, Problem, SubjectRef
from lictor.model.places import Location, Path
from lictor.model.rules import Level, Rule


@dataclass(frozen=True, slots=True)
class Scope:
    """Where something holds: globs over file uris, subject kinds and document paths. An empty tuple means anywhere."""

    files: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """How a ruleset wants one rule. `level` is kept while the rule is off, so that `on` brings it back."""

    level: Level
    is_on: bool = True
    parameters: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    origins: Mapping[str, Location] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SettingChange:
    """A change to a rule's setting; None means "as it was"."""

    level: Level | None = None
    is_on: bool | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """Changes that hold only in a scope."""

    scope: Scope
    rules: Mapping[str, SettingChange]
    location: Location


@dataclass(frozen=True, slots=True)
class Lock:
    """A floor under the level of some rules that nothing below this ruleset can lower."""

    rules: tuple[str, ...]
    floor: Level
    ruleset_id: str
    location: Location


@dataclass(frozen=True, slots=True)
class Waiver:
    """A written exception: which rules, where, why, who answers for it, until when (that day included)."""

    rules: tuple[str, ...]
    where: Scope
    reason: str
    location: Location
    ruleset_id: str
    owner: str = ""
    ticket: str = ""
    expires: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class WaiverPolicy:
    """What waivers must hold. `max_days` bounds the days from today to `expires`."""

    max_days: int | None = None
    require: tuple[str, ...] = ()


GroupOperator = Literal["all-of", "any-of", "none-of", "at-least", "weights"]


@dataclass(frozen=True, slots=True)
class Group:
    """A verdict across rules. `threshold` is the N of at-least, and `fail-at` of weights."""

    id: str
    operator: GroupOperator
    members: Mapping[str, float]
    level: Level
    location: Location
    threshold: float = 0
    when: str = ""
    message: str = ""
    per: Literal["subject", "candidate"] = "subject"


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition that a run must hold, else exit 1. Exactly one of `fail_on`, `budget`, `new_only` is set."""

    fail_on: Level | None = None
    budget: Mapping[Level, int] = field(default_factory=dict)
    per: Literal["run", "file", "directory", "rule"] = "run"
    new_only: bool = False
    baseline: str = ""
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class EffectiveRuleset:
    """A ruleset with its ancestors merged in."""

    id: str
    title: str = ""
    description: str = ""
    default_for: tuple[str, ...] = ()
    settings: Mapping[str, RuleSetting] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    locks: tuple[Lock, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    waiver_policy: WaiverPolicy = field(default_factory=WaiverPolicy)
    strategy: str = "deny-overrides"
    groups: tuple[Group, ...] = ()
    supersedes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gates: tuple[Gate, ...] = ()
    origins: Mapping[str, Location] = field(default_factory=dict)
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does: rulesets, and every rule that one of them may ask, by id."""

    rulesets: tuple[EffectiveRuleset, ...]
    rules: Mapping[str, Rule]


class Asked(NamedTuple):
    """A rule that was asked about a subject, and the candidates (paths in the document) it looked at."""

    rule_id: str
    subject: SubjectRef
    candidates: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class RulesetEvaluation:
    """What the rules of one ruleset said, before waivers and combination."""

    ruleset_id: str
    findings: tuple[Finding, ...] = ()
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a run found: per ruleset, with the count of documents and of subjects by kind."""

    rulesets: tuple[RulesetEvaluation, ...]
    problems: tuple[Problem, ...]
    documents: int
    subjects: Mapping[str, int]
