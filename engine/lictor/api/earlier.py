"""What the files of a run gave at an earlier commit, as far as that bears on what they give now.

A file counts as changed when it changed itself, or when its format reads other files and any file changed. What
several documents make together is made of all of them as they were.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from lictor.documents import is_address
from lictor.documents.commit_neighbours import neighbours_at
from lictor.documents.git import bytes_at, files_at
from lictor.documents.read import read_bytes
from lictor.evaluate import CompiledPlan, evaluate_loaded, merge
from lictor.model import Budgets, Evaluation, Finding, Loaded
from lictor.report import apply_earlier, settle_findings

Mark = Callable[[Iterable[Finding]], tuple[Finding, ...]]
Read = Callable[[str], Loaded]


def marks_since(
    root: Path, commit: str, changes: Mapping[str, str], plan: CompiledPlan, evaluation: Evaluation, budgets: Budgets
) -> dict[str, Mark]:
    """Return for each ruleset what marks its findings as known or new since a commit.

    `changes` are the files that differ, each with its name then. Raises LictorError when git can't answer.
    """
    moved = {before: after for after, before in changes.items() if before}
    names = {moved.get(name, name): name for name in files_at(root, commit)}
    neighbours = neighbours_at(root, commit, names, budgets)
    loaders = plan.registry.loaders

    def read(uri: str) -> Loaded:
        return read_bytes(uri, bytes_at(root, commit, names[uri]), loaders, budgets, lambda: neighbours)

    together = frozenset(name for name, kind in plan.kinds.items() if kind.relate is not None)
    findings = [finding for ruleset in evaluation.rulesets for finding in ruleset.findings]
    again = _asked_again((each for each in findings if each.subject.kind not in together), changes, plan)
    parts = [evaluate_loaded(uri, read(uri), plan, is_alone=False) for uri in sorted(again & names.keys())]
    if changes and any(finding.subject.kind in together for finding in findings):
        parts.append(_evaluate_together(root, names.keys(), plan, evaluation, read))
    before = merge(parts, [ruleset.ruleset_id for ruleset in evaluation.rulesets])
    unchanged = frozenset(names) - changes.keys() - again
    return {
        each.ruleset_id: partial(
            _marked,
            earlier=settle_findings(each.findings),
            unchanged=unchanged,
            together=together if changes else frozenset(),
        )
        for each in before.rulesets
    }


def _asked_again(findings: Iterable[Finding], changes: Mapping[str, str], plan: CompiledPlan) -> frozenset[str]:
    """Return the files that findings come from, or stand in, and that may have given something else before."""
    dependent = tuple(
        extension
        for loader in plan.registry.loaders.values()
        if loader.load_among is not None
        for extension in loader.extensions
    )
    found: set[str] = set()
    for finding in findings if changes else ():
        uris = {finding.location.uri, finding.subject.uri}
        if any(uri in changes or uri.lower().endswith(dependent) for uri in uris):
            found |= uris
    return frozenset(found)


def _evaluate_together(
    root: Path, names: Iterable[str], plan: CompiledPlan, evaluation: Evaluation, read: Read
) -> Evaluation:
    """Evaluate what the documents of a run made together as they were: those that are gone, too."""
    from lictor.evaluate.related import evaluate_related  # few rules look at several documents

    extensions = tuple(each for loader in plan.registry.loaders.values() for each in loader.extensions)
    known = frozenset(names)
    gone = {name for name in known if name.lower().endswith(extensions) and not os.path.lexists(root / name)}
    wanted = {uri for uri in evaluation.parts if not is_address(uri) and uri in known} | gone
    return evaluate_related([(uri, partial(read, uri)) for uri in sorted(wanted)], wanted, plan)


def _marked(
    findings: Iterable[Finding], *, earlier: Iterable[Finding], unchanged: frozenset[str], together: frozenset[str]
) -> tuple[Finding, ...]:
    """Mark findings, in their order: those about what several documents make are known by what these made before."""
    given, before = list(findings), list(earlier)
    marked: dict[int, Finding] = {}
    for is_together, files in ((False, unchanged), (True, frozenset[str]())):
        places = [at for at, each in enumerate(given) if (each.subject.kind in together) is is_together]
        same = [each for each in before if (each.subject.kind in together) is is_together]
        marked |= zip(places, apply_earlier([given[at] for at in places], same, files), strict=True)
    return tuple(marked[at] for at in range(len(given)))
