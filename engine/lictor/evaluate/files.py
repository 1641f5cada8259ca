"""Walk files through a plan, one after another."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import PurePath
from traceback import extract_tb

from lictor.documents import SourceFile, read_file
from lictor.errors import describe_exception
from lictor.evaluate.compiled_plan import CompiledPlan
from lictor.evaluate.isolation import WHOLE_FILE, Deadline, Printed, captured_output
from lictor.evaluate.run import report_output, run_document
from lictor.evaluate.tally import empty_tally, merge
from lictor.fingerprints import line_hashes
from lictor.model import Budgets, Document, Evaluation, Finding, Loaded, Location, Problem


def evaluate_files(files: Sequence[SourceFile], plan: CompiledPlan, budgets: Budgets) -> Evaluation:
    """Evaluate files one after another."""
    loaders = plan.registry.loaders
    return _evaluate(((file.uri, partial(read_file, file.path, file.uri, loaders, budgets)) for file in files), plan)


def evaluate_loaded(name: str, loaded: Loaded, plan: CompiledPlan) -> Evaluation:
    """Evaluate a file that was read already; `name` is what to call it."""
    return _evaluate([(name, lambda: loaded)], plan)


def _evaluate(files: Iterable[tuple[str, Callable[[], Loaded]]], plan: CompiledPlan) -> Evaluation:
    ids = [ruleset.id for ruleset in plan.plan.rulesets]
    with Deadline().watching() as deadline, captured_output() as printed:
        return merge((_evaluate_file(uri, read, plan, deadline, printed, ids) for uri, read in files), ids)


def _evaluate_file(
    uri: str, read: Callable[[], Loaded], plan: CompiledPlan, deadline: Deadline, printed: Printed, ids: Iterable[str]
) -> Evaluation:
    tally = empty_tally(ids)
    try:
        deadline.restart(WHOLE_FILE)
        loaded = read()
        deadline.stop()
        tally.problems.extend(loaded.problems)
        report_output(printed, f"a loader of '{uri}'", Location(uri), tally)
        for document in loaded.documents:
            run_document(document, plan, deadline, printed, tally)
        if loaded.documents:
            tally.findings = _with_line_hashes(tally.findings, loaded.documents[0])
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a bug met in one file must not cost what is found in the others
        deadline.stop()
        tally.problems.append(_bug(uri, error))
    return tally.freeze()


def _bug(uri: str, error: BaseException) -> Problem:
    where = extract_tb(error.__traceback__)[-1]
    message = f"checking this file raised {describe_exception(error)} at {PurePath(where.filename).name}:{where.lineno}"
    hint = "this is a bug of lictor or of a plugin; the other files were checked"
    return Problem("internal-error", message, "internal", hint=hint, location=Location(uri))


def _with_line_hashes(findings: Mapping[str, list[Finding]], document: Document) -> dict[str, list[Finding]]:
    """Add GitHub's line hash, which counts over the whole file, so all lines of a file are hashed in one pass."""
    lines = {_line(finding) for found in findings.values() for finding in found}
    if not lines:
        return dict(findings)
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
