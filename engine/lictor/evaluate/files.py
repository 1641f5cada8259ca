"""Walk files through a plan, one after another."""

from collections.abc import Iterable, Mapping, Sequence

from lictor.documents import SourceFile, read_file
from lictor.evaluate.compiled_plan import CompiledPlan
from lictor.evaluate.isolation import Deadline, Printed, captured_output
from lictor.evaluate.run import run_document
from lictor.evaluate.tally import empty_tally, merge
from lictor.fingerprints import line_hashes
from lictor.model import Budgets, Document, Evaluation, Finding, Loaded


def evaluate_files(files: Sequence[SourceFile], plan: CompiledPlan, budgets: Budgets) -> Evaluation:
    """Evaluate files one after another."""
    loaded = (read_file(file.path, file.uri, plan.registry.loaders, budgets) for file in files)
    return evaluate_loaded(loaded, plan)


def evaluate_loaded(files: Iterable[Loaded], plan: CompiledPlan) -> Evaluation:
    """Evaluate files that were read already."""
    ids = [ruleset.id for ruleset in plan.plan.rulesets]
    with Deadline().watching() as deadline, captured_output() as printed:
        return merge((_evaluate_file(loaded, plan, deadline, printed, ids) for loaded in files), ids)


def _evaluate_file(
    loaded: Loaded, plan: CompiledPlan, deadline: Deadline, printed: Printed, ids: Iterable[str]
) -> Evaluation:
    tally = empty_tally(ids)
    tally.problems.extend(loaded.problems)
    for document in loaded.documents:
        run_document(document, plan, deadline, printed, tally)
    if loaded.documents:
        tally.findings = _with_line_hashes(tally.findings, loaded.documents[0])
    return tally.freeze()


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
