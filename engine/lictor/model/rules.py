"""A rule, what it asks of a subject, and what it answers."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from lictor.model.places import EMPTY, Highlight, Location, Path
from lictor.values import NamedTuple

if TYPE_CHECKING:
    from lictor.model.documents import Subject

Level = Literal["none", "note", "warning", "error"]
"""SARIF 3.27.10, weakest first."""

LEVELS: tuple[Level, ...] = ("none", "note", "warning", "error")

FindingKind = Literal["fail", "pass", "open", "notApplicable"]
"""SARIF 3.27.9. `open`: could not be decided."""


class RelatedMatch(NamedTuple):
    """Another place that helps to understand a match."""

    path: Path
    message: str = ""


class Match(NamedTuple):
    """One place where a rule speaks. `path` is inside the subject's value; None stands for the candidate itself.

    `candidate` is the path of the `for-each` node it came from. `values` fill the message's `{name}` fields.
    `found` is the value that was found there. Each of `code_flows` is a way that leads there, step by step. A check
    written in Python may leave all but `path` out.
    """

    path: Path | None = ()
    values: Mapping[str, Any] = EMPTY
    related: tuple[RelatedMatch, ...] = ()
    kind: FindingKind = "fail"
    highlight: Highlight = "value"
    candidate: Path = ()
    found: Any = None
    code_flows: tuple[tuple[RelatedMatch, ...], ...] = ()


Check = Callable[["Subject", Mapping[str, Any]], Iterable[Match]]
"""A rule in Python: subject and parameters (by their kebab-case names) in, matches out."""

EditAction = Literal["set", "remove", "append", "add", "rename"]


class FixTemplate(NamedTuple):
    """How a rule mends what it finds: an edit at the place of the match, or at what `at` (a query on it) selects."""

    action: EditAction
    description: str
    value: Any = None
    at: str = ""


class RelatedQuery(NamedTuple):
    """A query for other places to show beside a finding, and the message (a template) that goes with each."""

    query: str
    message: str = ""


class RuleQueries(NamedTuple):
    """A rule's queries as text (JMESPath). Exactly one of `deny` and `require` is set."""

    for_each: str = ""
    deny: str = ""
    require: str = ""
    open: str = ""
    at: str = ""
    related: tuple[RelatedQuery, ...] = ()
    let: Mapping[str, str] = EMPTY
    highlight: Highlight = "value"


class Rule(NamedTuple):
    """One rule, checked and ready: data only, but for `check`.

    Exactly one of `queries`, `check` and `check_name` (a check that a plugin registers) is set. `parameters` maps a
    name to its JSON Schema with a `default`. `applies_to` names subject kinds; a `*` at the end stands for any rest.
    `needs` are Python packages without which the rule can't be asked. `help` is the rule's page (Markdown). `places`
    maps a dotted key of the rule's file (`deny`, `let.outside`, `message`) to where it stands.
    """

    id: str
    title: str
    message: str
    applies_to: tuple[str, ...]
    level: Level = "warning"
    queries: RuleQueries | None = None
    check: Check | None = None
    check_name: str = ""
    security_severity: float | None = None
    precision: str = ""
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    parameters: Mapping[str, Mapping[str, Any]] = EMPTY
    fix: FixTemplate | None = None
    help: str = ""
    distribution: str = ""
    location: Location | None = None
    places: Mapping[str, Location] = EMPTY
    needs: tuple[str, ...] = ()
