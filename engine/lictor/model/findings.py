"""What comes out: findings, verdicts, problems, and the report that holds them."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from lictor.model.places import EMPTY, Location, Path, Region
from lictor.model.rules import FindingKind, Level, Rule
from lictor.values import NamedTuple

Phase = Literal["usage", "ruleset", "rule", "plugin", "document", "evaluation", "report", "internal"]


class Problem(NamedTuple):
    """Something that went wrong with the input, not with the policy: what, where, what to do.

    `code` is listed in `lictor.errors.PROBLEM_CODES`. `message` is lower case, without a full stop. `location` is
    None when there is no file to point at.
    """

    code: str
    message: str
    phase: Phase
    level: Level = "error"
    hint: str = ""
    location: Location | None = None
    related_locations: tuple[Location, ...] = ()


class SubjectRef(NamedTuple):
    """Which subject a finding is about, without the subject itself."""

    uri: str
    document_index: int
    path: Path
    kind: str
    name: str


class Suppression(NamedTuple):
    """Why a finding does not count (SARIF 3.35): `inSource` for a comment, `external` for a waiver in a ruleset."""

    kind: Literal["inSource", "external"]
    justification: str
    location: Location | None = None
    properties: Mapping[str, Any] = EMPTY


class RelatedLocation(NamedTuple):
    """A second place and what it has to do with the finding."""

    location: Location
    message: str = ""


class Replacement(NamedTuple):
    """Text to put in place of a region (SARIF 3.57); an empty region is an insertion."""

    region: Region
    text: str


class Fix(NamedTuple):
    """A way to mend a finding: replacements in the file of the finding's location (SARIF 3.55)."""

    description: str
    replacements: tuple[Replacement, ...]


class FlowStep(NamedTuple):
    """One step of how something comes about: where it stands, and what happens there (SARIF 3.38)."""

    location: Location
    message: str = ""


class Finding(NamedTuple):
    """One answer of one rule about one place. `candidate` is the place of the `for-each` node, in the document.

    Each of `code_flows` is a way that leads to the finding, step by step (SARIF 3.36): who may assume which role, and
    what that role may do.
    """

    rule_id: str
    level: Level
    kind: FindingKind
    message: str
    location: Location
    subject: SubjectRef
    candidate: Path = ()
    related_locations: tuple[RelatedLocation, ...] = ()
    fingerprints: Mapping[str, str] = EMPTY
    suppression: Suppression | None = None
    baseline_state: Literal["", "new", "unchanged", "updated", "absent"] = ""
    fixes: tuple[Fix, ...] = ()
    properties: Mapping[str, Any] = EMPTY
    code_flows: tuple[tuple[FlowStep, ...], ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether a baseline, or the commit that was compared with, has it already, maybe with other words."""
        return self.baseline_state in ("unchanged", "updated")


Outcome = Literal["pass", "notApplicable", "open", "fail", "error"]


class Verdict(NamedTuple):
    """What one ruleset says of the whole run. `score` is set by the strategies that count."""

    ruleset_id: str
    outcome: Outcome
    reason: str
    score: float | None = None


class Receipt(NamedTuple):
    """What a run did, so that a pass can be believed. `not_applicable` counts rules that lack a Python package."""

    documents: int
    subjects: int
    rules: int
    findings: int
    waived: int
    open: int
    problems: int
    not_applicable: int = 0


class Report(NamedTuple):
    """The whole answer of a run, in its final order.

    `rules` are those that were asked, by id; `unasked_rules` are on as well, but nothing was there that they apply to.
    Many findings are in a file, and made anew each time that somebody goes through them: nobody should hold all.
    """

    findings: Sequence[Finding]
    verdicts: tuple[Verdict, ...]
    problems: tuple[Problem, ...]
    rules: tuple[Rule, ...]
    receipt: Receipt
    exit_code: int
    version: str
    notes: tuple[str, ...] = ()
    unasked_rules: tuple[Rule, ...] = ()
