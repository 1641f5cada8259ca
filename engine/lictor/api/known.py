"""What was known before a run: the findings of a baseline file, or of an earlier commit."""

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from pathlib import Path

from lictor.api.requests import CheckRequest
from lictor.documents import decode, discover, is_address
from lictor.documents.read import bytes_of_file
from lictor.errors import LictorError
from lictor.evaluate import CompiledPlan
from lictor.model import EMPTY, EffectiveRuleset, Evaluation, Finding, Location, Problem, Report
from lictor.registry import Registry
from lictor.report import (
    KnownFinding,
    absent_findings,
    apply_baseline,
    read_baseline,
)
from lictor.values import NamedTuple

Mark = Callable[[Iterable[Finding]], tuple[Finding, ...]]


class Known(NamedTuple):
    """How to mark findings as known or new. `is_new_only`: whoever asked wants every gate to look at new ones only."""

    mark: Mark
    is_new_only: bool
    baseline: Mapping[str, KnownFinding] = EMPTY


def baseline_of(request: CheckRequest, ruleset: EffectiveRuleset, problems: list[Problem]) -> Known | None:
    """Read the baseline that was asked for, else the one that the ruleset's gates name; None where there is none."""
    baseline = _baseline(request, ruleset, problems)
    if baseline is None:
        return None
    return Known(partial(apply_baseline, baseline=baseline), request.baseline is not None, baseline)


def _baseline(
    request: CheckRequest, ruleset: EffectiveRuleset, problems: list[Problem]
) -> Mapping[str, KnownFinding] | None:
    named = next((gate.baseline for gate in ruleset.gates if gate.baseline), "")
    path = request.baseline or (request.root / named if named else None)
    if path is None or (not path.exists() and path.resolve() in map(Path.resolve, request.writes)):
        return None
    name = os.path.relpath(path, request.root)
    text = baseline_text(path, name, request)
    if isinstance(text, Problem):
        problems.append(text)
        return None
    baseline, found = read_baseline(text, name)
    problems.extend(found)
    return None if found else baseline


def baseline_text(path: Path, name: str, request: CheckRequest) -> str | Problem:
    """Return what a baseline file holds, or why it can't be read."""
    if not os.path.lexists(path):
        hint = f"write it with: lictor baseline write --file {name}"
        message = f"there is no baseline '{name}'"
        return Problem("file-not-found", message, "usage", hint=hint, location=Location(name))
    raw = bytes_of_file(path, name, request.budgets)
    text = raw if isinstance(raw, Problem) else decode(raw, name)
    return text._replace(phase="usage") if isinstance(text, Problem) else text


def absent_of(known: Iterable[Known], report: Report, request: CheckRequest, registry: Registry) -> tuple[Finding, ...]:
    """Return what baselines hold and this run does not find, as `absent`: only what it asked, of files that it read."""
    baseline = {key: each for one in known for key, each in one.baseline.items()}
    asked = {rule.id for rule in (*report.rules, *report.unasked_rules)}
    unread = {problem.location.uri for problem in report.problems if problem.location and problem.level == "error"}
    extensions = frozenset(extension for loader in registry.loaders.values() for extension in loader.extensions)
    names = tuple(name for name in request.names if not is_address(name))

    @cache
    def read() -> frozenset[str]:
        return frozenset(file.uri for file in discover(names, request.root, extensions, request.exclude).files)

    def was_looked_for(known: KnownFinding) -> bool:
        if known.rule_id not in asked or known.uri in unread or is_address(known.uri):
            return False
        return known.uri in read() or not os.path.lexists(request.root / known.uri)

    return absent_findings(baseline, report.findings, was_looked_for)


def known_since(
    request: CheckRequest, plan: CompiledPlan, evaluation: Evaluation, problems: list[Problem]
) -> Mapping[str, Known]:
    """Return for each ruleset what the files gave at the commit that a run compares with; nothing if there is none.

    Only what something was found in, and what may have given something else then, is read in its earlier form.
    """
    from lictor.api.earlier import marks_since  # few runs compare with a commit
    from lictor.documents.git import changes_since, fork_of

    root = request.root.resolve()
    try:
        commit = fork_of(root, request.since)
        marks = marks_since(root, commit, changes_since(root, commit), plan, evaluation, request.budgets)
    except LictorError as error:
        problems.extend(error.problems)
        return {}
    return {ruleset_id: Known(mark, is_new_only=True) for ruleset_id, mark in marks.items()}
