"""What a ruleset directs, after its ancestors were merged in; every part knows where it was written."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal

from lictor.model.findings import Finding, Problem, SubjectRef
from lictor.model.places import EMPTY, Location, Path
from lictor.model.rules import Level, Rule
from lictor.values import NamedTuple


class Scope(NamedTuple):
    """Where something holds: globs over file uris, subject kinds and document paths. An empty tuple means anywhere."""

    files: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


class Lock(NamedTuple):
    """A floor under the level of some rules and groups that nothing below this ruleset can lower.

    A lock also keeps its rules on, their findings unwaived, their queries and their parameters as they were where the
    lock stands; only the parameters in `free_parameters` may still be set below. `rules` are ids, globs expanded.
    """

    rules: tuple[str, ...]
    floor: Level
    ruleset_id: str
    location: Location
    free_parameters: tuple[str, ...] = ()


class RuleSetting(NamedTuple):
    """How a ruleset wants one rule. `level` is kept while the rule is off, so that `on` brings it back.

    `parameters` holds every parameter of the rule, defaults filled in. `lock` is the one with the highest floor.
    `is_member` marks a rule whose answer a group needs: it runs even where it is off, and then reports nothing itself.
    `origins` says where each value was written: `level`, `is-on`, `parameters.NAME`, `tags.TAG`.
    """

    level: Level
    is_on: bool = True
    parameters: Mapping[str, Any] = EMPTY
    tags: tuple[str, ...] = ()
    lock: Lock | None = None
    is_member: bool = False
    origins: Mapping[str, Location] = EMPTY


class SettingChange(NamedTuple):
    """A change to a rule's setting; None means "as it was".

    `tags` maps a tag to whether it is added (true) or removed. `has_been_on` remembers an `on` that a later `off`
    hides, for the lock that does not let the `off` through. `origins` has the keys of a setting's, and `on`.
    """

    level: Level | None = None
    is_on: bool | None = None
    has_been_on: bool = False
    parameters: Mapping[str, Any] = EMPTY
    tags: Mapping[str, bool] = EMPTY
    origins: Mapping[str, Location] = EMPTY


class Override(NamedTuple):
    """Changes that hold only in a scope."""

    scope: Scope
    rules: Mapping[str, SettingChange]
    location: Location


class Waiver(NamedTuple):
    """A written exception: which rules, where, why, who answers for it, until when (that day included)."""

    rules: tuple[str, ...]
    where: Scope
    reason: str
    location: Location
    ruleset_id: str
    owner: str = ""
    ticket: str = ""
    expires: dt.date | None = None


class CommentWaiver(NamedTuple):
    """A comment that waives some rules on one line. `verb` is `ignore`, unless the comment has it wrong."""

    rules: tuple[str, ...]
    reason: str
    uri: str
    line: int
    location: Location
    verb: str = "ignore"


class WaiverPolicy(NamedTuple):
    """What waivers must hold. `max_days` bounds the days from today to `expires`.

    `in_source` says whether a comment beside the value may waive.
    """

    max_days: int | None = None
    require: tuple[str, ...] = ()
    in_source: Literal["allow", "forbid"] = "allow"


GroupOperator = Literal["all-of", "any-of", "none-of", "at-least", "weights"]


class Group(NamedTuple):
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


NEW_ACCESS_RULE = "relation-widens"
"""The rule whose findings say that a change newly allows something; the gate `no-new-access` turns it on."""


class Gate(NamedTuple):
    """A condition that a run must hold, else exit 1.

    `fail_on` bounds the level, `budget` the count of findings by level. With `new_only` a finding that is in the
    baseline does not count; alone it allows no new finding at all. With `no_new_access` nothing may be allowed that
    was not allowed at the commit `since`, or the one that the run compares with.
    """

    fail_on: Level | None = None
    budget: Mapping[Level, int] = EMPTY
    per: Literal["run", "file", "directory", "rule"] = "run"
    new_only: bool = False
    baseline: str = ""
    no_new_access: bool = False
    since: str = ""
    location: Location | None = None


class EffectiveRuleset(NamedTuple):
    """A ruleset with its ancestors merged in.

    `rules` are those written inside it. `fail_at` is for strategies that count. `layers` are the files it was made of,
    later ones win. `origins` says where each value was written: `title`, `parameters.NAME`, `supersedes.ID`, ….
    """

    id: str
    title: str = ""
    description: str = ""
    default_for: tuple[str, ...] = ()
    settings: Mapping[str, RuleSetting] = EMPTY
    parameters: Mapping[str, Any] = EMPTY
    overrides: tuple[Override, ...] = ()
    locks: tuple[Lock, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    waiver_policy: WaiverPolicy = WaiverPolicy()
    strategy: str = "deny-overrides"
    groups: tuple[Group, ...] = ()
    supersedes: Mapping[str, tuple[str, ...]] = EMPTY
    gates: tuple[Gate, ...] = ()
    rules: Mapping[str, Rule] = EMPTY
    fail_at: float | None = None
    layers: tuple[str, ...] = ()
    origins: Mapping[str, Location] = EMPTY
    location: Location | None = None


class Plan(NamedTuple):
    """What a run does: rulesets, and every rule that one of them may ask, by id."""

    rulesets: tuple[EffectiveRuleset, ...]
    rules: Mapping[str, Rule]


class Asked(NamedTuple):
    """Rules that were asked about a subject, and the candidates (paths in the document) that each looked at."""

    rule_ids: tuple[str, ...]
    subject: SubjectRef
    candidates: tuple[Path, ...]


class Passes(NamedTuple):
    """Subjects that the same rules were asked about and had nothing to say of: how many, and the first one by place."""

    rule_ids: tuple[str, ...]
    number: int
    first: SubjectRef


class RulesetEvaluation(NamedTuple):
    """What the rules of one ruleset said, before waivers and combination.

    Subjects that passed are counted in `passes`, as a run may hold a million of them; all others, and all of a ruleset
    whose groups or overrides look at each, are in `asked`. `subjects` are all that were found, also those that no rule
    was asked about; only a run with waivers or overrides needs them.
    """

    ruleset_id: str
    findings: tuple[Finding, ...] = ()
    asked: tuple[Asked, ...] = ()
    subjects: tuple[SubjectRef, ...] = ()
    passes: tuple[Passes, ...] = ()


class Evaluation(NamedTuple):
    """What a run found: per ruleset, with the count of documents and of subjects by kind."""

    rulesets: tuple[RulesetEvaluation, ...]
    problems: tuple[Problem, ...]
    documents: int
    subjects: Mapping[str, int]
    comments: tuple[CommentWaiver, ...] = ()
    parts: tuple[str, ...] = ()
