"""What plugins register: one frozen type a hook."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from lictor.model.documents import Document, Subject
from lictor.model.findings import Problem, Report
from lictor.model.rules import Check

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from click import Command


@dataclass(frozen=True, slots=True)
class Budgets:
    """Bounds on what one input may cost. Past one, a Problem names it."""

    file_bytes: int = 20_000_000
    depth: int = 200
    nodes: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loader made of one file: its documents and what was wrong with it."""

    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Loader:
    """A file format. `extensions` are lower case with their dot.

    `claims(text)` lets a loader take a file from a more general one by its content; the loader that claims wins,
    then the one that only has the extension. `load(uri, text, budgets)` never raises on bad input.
    """

    name: str
    extensions: tuple[str, ...]
    load: Callable[[str, str, Budgets], Loaded]
    claims: Callable[[str], bool] | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of subject. `find(document, wanted)` yields the subjects of the wanted kinds in a document.

    Kinds that are found on one walk share one `find`; it is called once with all of them. `schema` (JSON Schema)
    describes the value that queries see, so that a misspelt field in a rule is an error and not a silent pass.
    """

    name: str
    title: str
    find: Callable[[Document, frozenset[str]], Iterable[Subject]]
    schema: Mapping[str, Any] = field(default_factory=dict)


ArgumentType = Literal["string", "number", "boolean", "array", "object", "null", "any"]


@dataclass(frozen=True, slots=True)
class Function:
    """A function for queries. `parameters` holds the accepted types of each argument.

    `call` gets plain values. `returns` is the JSON Schema type of its result, `any` if it varies.
    """

    name: str
    call: Callable[..., Any]
    parameters: tuple[tuple[ArgumentType, ...], ...]
    title: str
    returns: ArgumentType = "any"
    optional: int = 0


@dataclass(frozen=True, slots=True)
class NamedCheck:
    """A Python check that YAML rules may name: `check: NAME`."""

    name: str
    check: Check


@dataclass(frozen=True, slots=True)
class RuleDirectory:
    """A directory of rule folders: every folder below it that holds a `rule.yaml` is a rule."""

    path: str


@dataclass(frozen=True, slots=True)
class RulesetSource:
    """A ruleset that ships with a plugin, by its id: `text` is its YAML, `uri` names the file in messages."""

    id: str
    uri: str
    text: str


@dataclass(frozen=True, slots=True)
class Combiner:
    """A way to make one outcome of many: outcomes in document order, with the scores of their rules."""

    name: str
    combine: Callable[[Sequence[tuple[str, float]]], tuple[str, str, float | None]]


@dataclass(frozen=True, slots=True)
class Reporter:
    """An output format. `render(report, options)` returns the whole text."""

    name: str
    title: str
    render: "Callable[[Report, ReportOptions], str]"


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What the place of output allows. `width` is in characters; `is_masked` hides secrets in shown source lines."""

    is_color: bool = False
    width: int = 80
    is_masked: bool = False


@dataclass(frozen=True, slots=True)
class ExecutorFactory:
    """A place where work runs. `open(jobs, initializer, arguments)` returns a `concurrent.futures.Executor`."""

    name: str
    open: "Callable[[int, Callable[..., None], tuple[Any, ...]], Executor]"


@dataclass(frozen=True, slots=True)
class CommandSource:
    """A sub-command of `lictor`. `load` imports it when it is called for."""

    name: str
    title: str
    load: "Callable[[], Command]"
