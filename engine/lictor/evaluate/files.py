"""Walk documents through a plan, one after another."""

from collections.abc import Iterable, Mapping
from pathlib import PurePath

from lictor.documents import is_address
from lictor.errors import describe_exception
from lictor.evaluate.compiled_plan import CompiledPlan
from lictor.evaluate.inputs import Input, Reading, readings
from lictor.evaluate.isolation import WHOLE_FILE, Deadline, Printed, Watchdog, captured_output
from lictor.evaluate.kept_files import KeptFile
from lictor.evaluate.run import report_output, run_document
from lictor.evaluate.tally import empty_tally, merge
from lictor.model import Budgets, Document, Evaluation, Finding, Loaded, Location, Problem


def evaluate_files(
    files: Iterable[Input],
    plan: CompiledPlan,
    budgets: Budgets,
    kept: dict[str, Loaded] | None = None,
    watchdog: Watchdog | None = None,
) -> Evaluation:
    """Evaluate documents one after another.

    Those of other stores that hold parts of something larger are put into `kept`, so that no store is asked twice.
    `watchdog` is a worker's: it ends the process when a document makes it hang.
    """
    deadline = Deadline(watchdog=watchdog)
    reads = readings(files, plan.registry, budgets, deadline.rest, plan.results)
    evaluation = _evaluate(reads, plan, deadline, {} if kept is None else kept)
    if plan.results is not None:
        plan.results.flush()
    return evaluation


def evaluate_loaded(name: str, loaded: Loaded, plan: CompiledPlan, *, is_alone: bool = True) -> Evaluation:
    """Evaluate a file that was read already; `name` is what to call it.

    Subjects that documents make together are made of this file's, unless it is not alone in its run.
    """
    said = _evaluate([(name, lambda: loaded)], plan, Deadline(), {})
    if not said.parts or not is_alone:
        return said
    from lictor.evaluate.related import evaluate_related  # few rules look at several documents

    together = evaluate_related([(name, lambda: loaded)], said.parts, plan)
    return merge([said, together], [ruleset.id for ruleset in plan.plan.rulesets])


def _evaluate(reads: Iterable[Reading], plan: CompiledPlan, deadline: Deadline, kept: dict[str, Loaded]) -> Evaluation:
    ids = [ruleset.id for ruleset in plan.plan.rulesets]
    with deadline.watching(), captured_output() as printed:
        return merge((_evaluate_file(reading, plan, deadline, printed, ids, kept) for reading in reads), ids)


def _evaluate_file(
    reading: Reading,
    plan: CompiledPlan,
    deadline: Deadline,
    printed: Printed,
    ids: Iterable[str],
    kept: dict[str, Loaded],
) -> Evaluation:
    tally = empty_tally(ids)
    uri, read = reading
    try:
        deadline.restart(WHOLE_FILE)
        known = read.recall() if isinstance(read, KeptFile) else None
        if known is not None:
            deadline.stop()
            return known
        loaded = read()
        deadline.stop()
        tally.problems.extend(loaded.problems)
        report_output(printed, f"a loader of '{uri}'", Location(uri), tally)
        for document in loaded.documents:
            run_document(document, plan, deadline, printed, tally)
        if loaded.documents:
            tally.findings = _with_line_hashes(tally.findings, loaded.documents[0])
        if tally.parts and is_address(uri):
            kept[uri] = loaded
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a bug met in one file must not cost what is found in the others
        deadline.stop()
        tally.problems.append(_bug(uri, error))
    evaluation = tally.freeze()
    if isinstance(read, KeptFile):
        read.keep(evaluation)
    return evaluation


def _bug(uri: str, error: BaseException) -> Problem:
    from traceback import extract_tb  # bugs are few

    where = extract_tb(error.__traceback__)[-1]
    message = f"checking this file raised {describe_exception(error)} at {PurePath(where.filename).name}:{where.lineno}"
    hint = "this is a bug of lictor or of a plugin; the other files were checked"
    return Problem("internal-error", message, "internal", hint=hint, location=Location(uri))


def _with_line_hashes(findings: Mapping[str, list[Finding]], document: Document) -> dict[str, list[Finding]]:
    """Add GitHub's line hash, which counts over the whole file, so all lines of a file are hashed in one pass."""
    lines = {_line(finding) for found in findings.values() for finding in found}
    if not lines:
        return dict(findings)
    from lictor.fingerprints import line_hashes

    hashes = line_hashes(document.text, lines)
    return {
        ruleset_id: [
            finding._replace(fingerprints={"primaryLocationLineHash": hashes[_line(finding)], **finding.fingerprints})
            for finding in found
        ]
        for ruleset_id, found in findings.items()
    }


def _line(finding: Finding) -> int:
    return finding.location.region.start_line if finding.location.region else 1
