"""What plugins register: one frozen type a hook."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol

from lictor.model.documents import Document, Subject
from lictor.model.findings import Outcome, Problem, Report
from lictor.model.places import EMPTY, Path
from lictor.model.rules import Check, Level
from lictor.values import NamedTuple

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from click import Command


class Budgets(NamedTuple):
    """Bounds on what one input may cost. Past one, a Problem names it."""

    file_bytes: int = 20_000_000
    depth: int = 200
    nodes: int = 1_000_000

    def for_files_of(self, size: int) -> "Budgets":
        """Return the budgets for files of up to so many bytes, which hold more values where they are larger.

        >>> Budgets().for_files_of(100_000_000).nodes
        5000000
        """
        return self._replace(file_bytes=size, nodes=max(self.nodes, self.nodes * size // self.file_bytes))


class Neighbours(Protocol):
    """Other files of the directory tree that a file is in, named by their uris; a folder has no slash at its end.

    What is not inside the root, no regular file or past a budget is not there. `memo` is kept as long as a run lasts,
    for loaders to remember what they made of these files.
    """

    @property
    def memo(self) -> dict[str, Any]: ...  # noqa: D102 - as the class says
    def files(self, uri: str) -> tuple[str, ...]: ...  # noqa: D102 - the same
    def folders(self, uri: str) -> tuple[str, ...]: ...  # noqa: D102 - the same
    def read(self, uri: str) -> str | None: ...  # noqa: D102 - the same


class Loaded(NamedTuple):
    """What a loader made of one file: its documents and what was wrong with it.

    `sources` are the uris of the other files that had a say in it, for whoever keeps what was said of a file.
    """

    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()
    sources: tuple[str, ...] = ()


class Loader(NamedTuple):
    """A file format. `extensions` are lower case with their dot.

    `claims(text)` lets a loader take a file from a more general one by its content; the loader that claims wins,
    then the one that only has the extension. `load(uri, text, budgets)` never raises on bad input.
    `load_among(uri, text, budgets, neighbours)`, where there is one, is called instead when the text is a file's that
    has others around it, for formats in which several files say one thing.
    `stream(uri, text, budgets)`, where there is one, is asked first when subjects are looked for one after the other,
    and may return a document that is read entry by entry.
    """

    name: str
    extensions: tuple[str, ...]
    load: Callable[[str, str, Budgets], Loaded]
    claims: Callable[[str], bool] | None = None
    load_among: Callable[[str, str, Budgets, Neighbours], Loaded] | None = None
    stream: Callable[[str, str, Budgets], Document | None] | None = None


class NewAccess(NamedTuple):
    """What a changed subject allows and did not, in words, and the path in its value that allows it.

    `is_certain`: it does; otherwise `message` says what keeps that from being known.
    """

    message: str
    path: Path = ()
    level: Level = "warning"
    is_certain: bool = True


class Kind(NamedTuple):
    """A kind of subject. `find(document, wanted)` yields the subjects of the wanted kinds in a document.

    Kinds that are found on one walk share one `find`; it is called once with all of them. `schema` (JSON Schema)
    describes the value that queries see, so that a misspelt field in a rule is an error and not a silent pass.
    `assume(document)` takes a whole document for a subject of this kind when the user says that it is one.
    `newly_allows(old, new)` says what a changed subject allows and did not, or why that is not known; None when it
    allows nothing more. `old` is None for a subject that is new, `new` for one that is gone, which matters where it
    limited others. A fix that it speaks against is not applied.
    `relate(subjects)` makes subjects of a whole run of what `find` gave in each document: then rules are asked about
    these and not about the parts. The parts come in the order of their documents. A subject that is put together of
    several documents says with `place_of` where each part of it stands.
    """

    name: str
    title: str
    find: Callable[[Document, frozenset[str]], Iterable[Subject]]
    schema: Mapping[str, Any] = EMPTY
    assume: Callable[[Document], Subject] | None = None
    newly_allows: Callable[[Subject | None, Subject | None], NewAccess | None] | None = None
    relate: Callable[[Sequence[Subject]], Iterable[Subject]] | None = None


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


class Listed(NamedTuple):
    """A document that a source lists. `size` is in bytes, -1 when the store does not tell.

    What was come upon, and not `is_named` by the user, is only read when a loader knows its extension. `name` is what
    reports call it; without one, its address without what may be secret in it.
    """

    address: str
    size: int = -1
    is_named: bool = True
    name: str = ""


class Source(NamedTuple):
    """Where documents come from that are no files of this machine, by the scheme of its addresses: `s3`, `aws`.

    `list(url)` yields the documents at an address that was asked for, or only their addresses, one after the other as
    the store gives them. `open(address)` returns what one holds; it is called from several threads at once.
    `open_up_to(address, bytes)`, where there is one, is called instead and returns no more than so many bytes.
    `claims(scheme)` takes addresses of other schemes than `name`. Each may raise LictorError to say why not.
    """

    name: str
    title: str
    list: Callable[[str], Iterable[str | Listed]]
    open: Callable[[str], bytes]
    open_up_to: Callable[[str, int], bytes] | None = None
    claims: Callable[[str], bool] | None = None


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


class Revision(NamedTuple):
    """What is checked out in the repository that a run was about. What git does not say is ""."""

    repository_uri: str
    revision_id: str
    branch: str = ""


class PluginName(NamedTuple):
    """A plugin that took part in a run."""

    name: str
    distribution: str
    version: str


class Reporter(NamedTuple):
    """An output format. `render(report, options)` returns the whole text.

    `pieces(report, options)`, where there is one, yields the same text piece by piece: of a report with a million
    findings nobody holds all.
    """

    name: str
    title: str
    render: "Callable[[Report, ReportOptions], str]"
    pieces: "Callable[[Report, ReportOptions], Iterable[str]] | None" = None


def _tell_nobody(_problem: Problem) -> None:
    """Leave it to the output to say it."""


class ReportOptions(NamedTuple):
    """What the place of output allows, and what is to be said of the run beside its report.

    `width` is in characters. `category` tells this run's results from those of others that go to the same place.
    `plugins` are those of others than lictor. `tell` takes what a format had to leave out, to say it to the user.
    """

    is_color: bool = False
    width: int = 80
    category: str = ""
    revision: Revision | None = None
    plugins: tuple[PluginName, ...] = ()
    tell: Callable[[Problem], None] = _tell_nobody


class ExecutorFactory(NamedTuple):
    """A place where work runs. `open(jobs, initializer, arguments)` returns a `concurrent.futures.Executor`.

    `connect(address, jobs, initializer, arguments)` does so for work that runs elsewhere, at what `--scheduler` names;
    an executor that has it can't do without. Both may raise LictorError to say why not.
    """

    name: str
    open: "Callable[[int, Callable[..., None], tuple[Any, ...]], Executor]"
    connect: "Callable[[str, int, Callable[..., None], tuple[Any, ...]], Executor] | None" = None


class CommandSource(NamedTuple):
    """A sub-command of `lictor`. `load` imports it when it is called for."""

    name: str
    title: str
    load: "Callable[[], Command]"
