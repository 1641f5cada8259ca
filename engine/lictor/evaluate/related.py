"""Ask rules about subjects that several documents of a run make together, such as an account.

Documents don't travel between processes, so workers only tell which of them hold parts. These are read a second time
here, once the rest is done.
"""

from collections.abc import Callable, Iterable, Iterator

from lictor.errors import describe_exception
from lictor.evaluate.compiled_plan import CompiledPlan
from lictor.evaluate.isolation import WHOLE_FILE, Deadline, captured_output
from lictor.evaluate.run import report_output, run_related
from lictor.evaluate.tally import Tally
from lictor.model import BrokenStream, Document, Evaluation, Loaded, Location, Problem, Subject
from lictor.subjects import find_subjects, relate_subjects

Reads = Iterable[tuple[str, Callable[[], Loaded]]]
"""What was checked, by uri, and how to read it again."""


def evaluate_related(reads: Reads, parts: Iterable[str], plan: CompiledPlan) -> Evaluation:
    """Relate the parts that documents hold, and ask about what they make. `parts` are the uris of these documents."""
    tally = Tally(ruleset.id for ruleset in plan.plan.rulesets)
    wanted = frozenset(parts)
    kinds = frozenset(kind for kind in plan.wanted if plan.kinds[kind].relate is not None)
    with Deadline().watching() as deadline, captured_output() as printed:
        found: dict[str, list[Subject]] = {kind: [] for kind in sorted(kinds)}
        for uri, read in sorted(reads, key=lambda each: each[0]):
            if uri not in wanted:
                continue
            for document in read().documents:
                # what is wrong with the document, or with finding in it, was told when it was checked by itself
                for subject in _subjects(document, plan, kinds):
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
    return tally.freeze()


def _subjects(document: Document, plan: CompiledPlan, kinds: frozenset[str]) -> Iterator[Subject]:
    try:
        yield from find_subjects(document, plan.kinds, kinds)[0]
    except BrokenStream:
        for each in document.whole().documents:
            yield from find_subjects(each, plan.kinds, kinds)[0]


def _kind_error(kind: str, error: BaseException) -> Problem:
    message = f"putting '{kind}' together of several documents raised {describe_exception(error)}"
    hint = "rules of this kind were not asked; report it to the author of the plugin (lictor plugins)"
    return Problem("kind-error", message, "evaluation", hint=hint)
