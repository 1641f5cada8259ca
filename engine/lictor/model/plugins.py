"""What plugins register: one frozen type a hook."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from lictor.model.documents import Document, Subject
from lictor.model.findings import Outcome, Problem, Report
from lictor.model.places import EMPTY
from lictor.model.rules import Check, Level

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from click import Command


class Budgets(NamedTuple):
    """Bounds on what one input may cost. Past one, a Problem names it."""

    file_bytes: int = 20_000_000
    depth: int = 200
    nodes: int = 1_000_000


class Loaded(NamedTuple):
    """What a loader made of one file: its documents and what was wrong with it."""

    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()


class Loader(NamedTuple):
    """A file format. `extensions` are lower case with their dot.

    `claims(text)` lets a loader take a file from a more general one by its content; the loader that claims wins,
    then the one that only has the extension. `load(uri, text, budgets)` never raises on bad input.
    """

    name: str
    extensions: tuple[str, ...]
    load: Callable[[str, str, Budgets], Loaded]
    claims: Callable[[str], bool] | None = None


class Kind(NamedTuple):
    """A kind of subject. `find(document, wanted)` yields the subjects of the wanted kinds in a document.

    Kinds that are found on one walk share one `find`; it is called once with all of them. `schema` (JSON Schema)
    describes the value that queries see, so that a misspelt field in a rule is an error and not a silent pass.
    `assume(document)` takes a whole document for a subject of this kind when the user says that it is one.
    """

    name: str
    title: str
    find: Callable[[Document, frozenset[str]], Iterable[Subject]]
    schema: Mapping[str, Any] = EMPTY
    assume: Callable[[Document], Subject] | None = None


ArgumentType = Literal["string", "number", "boolean", "array", "object", "null", "any"]


class Function(NamedTuple):
    """A function for queries. `parameters` holds the accepted types of each argument.

    `call` gets plain values. `returns` is the JSON Schema type of its result, `any` if it varies.
    """

    name: str
    call: Callable[..., Any]
    parameters: tuple[tuple[ArgumentType, ...], ...]
    title: str
    returns: ArgumentType = "any"
    optional: int = 0


class NamedCheck(NamedTuple):
    """A Python check that YAML rules may name: `check: NAME`."""

    name: str
    check: Check


class RuleDirectory(NamedTuple):
    """A directory of rule folders: every folder below it that holds a `rule.yaml` is a rule."""

    path: str


class RulesetSource(NamedTuple):
    """A ruleset that ships with a plugin, by its id: `text` is its YAML, `uri` names the file in messages."""

    id: str
    uri: str
    text: str


class Answer(NamedTuple):
    """What one rule (or group) said of one subject. A finding below the ruleset's `fail-on` level is not a fail.

    `score` is how much a fail weighs: the rule's security severity, else a number for its level.
    """

    rule_id: str
    outcome: Outcome
    level: Level
    score: float


class Decision(NamedTuple):
    """What a strategy makes of the answers about one subject, and why."""

    outcome: Outcome
    reason: str
    score: float | None = None


class Combiner(NamedTuple):
    """A strategy: makes one decision of the answers about one subject, which come in the ruleset's order.

    The second argument is the ruleset's `combine.fail-at`, or None. Subjects are then combined by the worst outcome.
    """

    name: str
    combine: Callable[[Sequence[Answer], float | None], Decision]


class Reporter(NamedTuple):
    """An output format. `render(report, options)` returns the whole text."""

    name: str
    title: str
    render: "Callable[[Report, ReportOptions], str]"


class ReportOptions(NamedTuple):
    """What the place of output allows. `width` is in characters."""

    is_color: bool = False
    width: int = 80


class ExecutorFactory(NamedTuple):
    """A place where work runs. `open(jobs, initializer, arguments)` returns a `concurrent.futures.Executor`."""

    name: str
    open: "Callable[[int, Callable[..., None], tuple[Any, ...]], Executor]"


class CommandSource(NamedTuple):
    """A sub-command of `lictor`. `load` imports it when it is called for."""

    name: str
    title: str
    load: "Callable[[], Command]"
