"""Ask rules about subjects that several documents of a run make together, such as an account.

Documents don't travel between processes, so workers only tell which of them hold parts. These are read a second time
here, once the rest is done.
"""

from collections.abc import Callable, Iterable, Mapping

from lictor.errors import describe_exception
from lictor.evaluate.compiled_plan import CompiledPlan
from lictor.evaluate.isolation import WHOLE_FILE, Deadline, captured_output
from lictor.evaluate.run import report_output, run_related
from lictor.evaluate.tally import Tally
from lictor.fingerprints import line_hashes
from lictor.model import Document, Evaluation, Finding, Loaded, Location, Problem, Subject
from lictor.subjects import find_subjects, relate_subjects

Reads = Iterable[tuple[str, Callable[[], Loaded]]]
"""What was checked, by uri, and how to read it again."""


def evaluate_related(reads: Reads, parts: Iterable[str], plan: CompiledPlan) -> Evaluation:
    """Relate the parts that documents hold, and ask about what they make. `parts` are the uris of these documents."""
    tally = Tally(ruleset.id for ruleset in plan.plan.rulesets)
    wanted = frozenset(parts)
    kinds = frozenset(kind for kind in plan.wanted if plan.kinds[kind].relate is not None)
    documents: dict[str, Document] = {}
    with Deadline().watching() as deadline, captured_output() as printed:
        found: dict[str, list[Subject]] = {kind: [] for kind in sorted(kinds)}
        for uri, read in sorted(reads, key=lambda each: each[0]):
            if uri not in wanted:
                continue
            for document in read().documents:
                documents.setdefault(uri, document)
                # what is wrong with the document, or with finding in it, was told when it was checked by itself
                for subject in find_subjects(document, plan.kinds, kinds)[0]:
                    found[subject.kind].append(subject)
        for kind, subjects in found.items():
            if not subjects:
                continue
            try:
                deadline.restart(WHOLE_FILE)
                related = relate_subjects(subjects, plan.kinds)
                deadline.stop()
                report_output(printed, f"the kind '{kind}'", Location(subjects[0].document.uri), tally)
                run_related(related, plan, deadline, printed, tally)
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # noqa: BLE001 - a kind comes from a plugin; what it raises is its Problem
                deadline.stop()
                tally.problems.append(_kind_error(kind, error))
    tally.findings = _with_line_hashes(tally.findings, documents)
    return tally.freeze()


def _kind_error(kind: str, error: BaseException) -> Problem:
    message = f"putting '{kind}' together of several documents raised {describe_exception(error)}"
    hint = "rules of this kind were not asked; report it to the author of the plugin (lictor plugins)"
    return Problem("kind-error", message, "evaluation", hint=hint)


def _with_line_hashes(
    findings: Mapping[str, list[Finding]], documents: Mapping[str, Document]
) -> dict[str, list[Finding]]:
    lines: dict[str, set[int]] = {}
    for found in findings.values():
        for finding in found:
            lines.setdefault(finding.location.uri, set()).add(_line(finding))
    hashes = {uri: line_hashes(documents[uri].text, wanted) for uri, wanted in lines.items() if uri in documents}
    return {
        ruleset_id: [
            finding._replace(
                fingerprints={
                    "primaryLocationLineHash": hashes[finding.location.uri][_line(finding)],
                    **finding.fingerprints,
                }
            )
            if finding.location.uri in hashes
            else finding
            for finding in found
        ]
        for ruleset_id, found in findings.items()
    }


def _line(finding: Finding) -> int:
    return finding.location.region.start_line if finding.location.region else 1
