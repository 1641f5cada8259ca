"""Walk documents through a plan, one after another."""

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from lictor.documents import is_address
from lictor.errors import describe_exception
from lictor.evaluate.compiled_plan import CompiledPlan
from lictor.evaluate.inputs import Input, Reading, readings
from lictor.evaluate.isolation import WHOLE_FILE, Deadline, Printed, Watchdog, captured_output
from lictor.evaluate.kept_files import FileResult, KeptFile
from lictor.evaluate.run import report_output, run_document
from lictor.evaluate.tally import Tally, merge
from lictor.model import BrokenStream, Budgets, Document, Evaluation, Loaded, Location, Problem

if TYPE_CHECKING:
    from lictor.evaluate.concluding import Clerk, Share


def evaluate_files(
    files: Iterable[Input],
    plan: CompiledPlan,
    budgets: Budgets,
    clerk: "Clerk | None" = None,
    kept: dict[str, Loaded] | None = None,
    watchdog: Watchdog | None = None,
) -> Evaluation:
    """Evaluate documents one after another.

    With a `clerk`, what rules say of a file is concluded at once and kept there; without one, all is in what returns.
    Those of other stores that hold parts of something larger are put into `kept`, so that no store is asked twice.
    `watchdog` is a worker's: it ends the process when a document makes it hang.
    """
    deadline = Deadline(watchdog=watchdog)
    reads = readings(files, plan.registry, budgets, deadline.rest, plan.results)
    evaluation = _evaluate(reads, plan, deadline, {} if kept is None else kept, clerk)
    if plan.results is not None:
        plan.results.flush()
    return evaluation


def evaluate_loaded(name: str, loaded: Loaded, plan: CompiledPlan, *, is_alone: bool = True) -> Evaluation:
    """Evaluate a file that was read already; `name` is what to call it.

    Subjects that documents make together are made of this file's, unless it is not alone in its run.
    """
    if is_alone:
        return evaluate_together({name: loaded}, plan)
    return _evaluate([(name, lambda: loaded)], plan, Deadline(), {})


def evaluate_together(files: Mapping[str, Loaded], plan: CompiledPlan) -> Evaluation:
    """Evaluate files that were read already, by their names, and what they make together."""
    reads = [(name, partial(files.__getitem__, name)) for name in files]
    said = _evaluate(reads, plan, Deadline(), {})
    if not said.parts:
        return said
    from lictor.evaluate.related import evaluate_related  # few rules look at several documents

    together = evaluate_related(reads, said.parts, plan)
    return merge([said, together], [ruleset.id for ruleset in plan.plan.rulesets])


def _evaluate(
    reads: Iterable[Reading],
    plan: CompiledPlan,
    deadline: Deadline,
    kept: dict[str, Loaded],
    clerk: "Clerk | None" = None,
) -> Evaluation:
    ids = [ruleset.id for ruleset in plan.plan.rulesets]
    total = Tally(ids)
    with deadline.watching(), captured_output() as printed:
        for uri, read in reads:
            if isinstance(read, KeptFile):
                deadline.restart(WHOLE_FILE)
                known = read.recall()
                if known is not None:
                    total.add(known.evaluation)
                    if clerk is not None:
                        clerk.add(known.shares)
                    continue
            tally = Tally(ids)
            _evaluate_file((uri, read), plan, deadline, printed, tally, kept)
            shares: Mapping[str, Share] = {}
            if clerk is not None:
                shares = clerk.shares(uri, tally)
                if printed.tell():
                    report_output(printed, "a ruleset's strategy", Location(uri), tally)
                clerk.add(shares)
            if isinstance(read, KeptFile):
                read.keep(FileResult(tally.freeze(), shares))
            total.absorb(tally)
    return total.freeze()


def _evaluate_file(
    reading: Reading,
    plan: CompiledPlan,
    deadline: Deadline,
    printed: Printed,
    tally: Tally,
    kept: dict[str, Loaded],
) -> None:
    """Add to the tally what a file comes to."""
    uri, read = reading
    parts = len(tally.parts)
    try:
        deadline.restart(WHOLE_FILE)
        loaded = read()
        deadline.stop()
        tally.problems.extend(loaded.problems)
        if printed.tell():
            report_output(printed, f"a loader of '{uri}'", Location(uri), tally)
        for document in loaded.documents:
            if document.__class__ is Document:
                run_document(document, plan, deadline, printed, tally)
            else:
                _run_stream(document, plan, deadline, printed, tally)
        if len(tally.parts) > parts and is_address(uri):
            kept[uri] = loaded
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a bug met in one file must not cost what is found in the others
        deadline.stop()
        tally.problems.append(_bug(uri, error))


def _run_stream(document: Document, plan: CompiledPlan, deadline: Deadline, printed: Printed, tally: Tally) -> None:
    """Add to the tally what a document comes to that is read entry by entry, or else at once.

    What was said of it before it turned out to be broken is forgotten: nobody knows what half of a file means.
    """
    said = Tally(tally.findings)
    try:
        run_document(document, plan, deadline, printed, said)
    except BrokenStream:
        deadline.restart(WHOLE_FILE)
        loaded = document.whole()
        deadline.stop()
        said = Tally(tally.findings)
        said.problems.extend(loaded.problems)
        for each in loaded.documents:
            run_document(each, plan, deadline, printed, said)
    tally.add(said.freeze())


def _bug(uri: str, error: BaseException) -> Problem:
    from traceback import extract_tb  # bugs are few

    where = extract_tb(error.__traceback__)[-1]
    message = f"checking this file raised {describe_exception(error)} at {PurePath(where.filename).name}:{where.lineno}"
    hint = "this is a bug of lictor or of a plugin; the other files were checked"
    return Problem("internal-error", message, "internal", hint=hint, location=Location(uri))
