"""What was known before a run: the findings of a baseline file, or of an earlier commit."""

import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from lictor.api.requests import CheckRequest
from lictor.documents import decode
from lictor.documents.read import bytes_of_file, read_bytes
from lictor.errors import LictorError
from lictor.evaluate import CompiledPlan, evaluate_loaded, merge
from lictor.model import EffectiveRuleset, Evaluation, Finding, Location, Problem
from lictor.report import apply_baseline, apply_earlier, read_baseline, settle_findings

Mark = Callable[[Iterable[Finding]], tuple[Finding, ...]]


class Known(NamedTuple):
    """How to mark findings as known or new. `is_new_only`: whoever asked wants every gate to look at new ones only."""

    mark: Mark
    is_new_only: bool


def baseline_of(request: CheckRequest, ruleset: EffectiveRuleset, problems: list[Problem]) -> Known | None:
    """Read the baseline that was asked for, else the one that the ruleset's gates name; None where there is none."""
    named = next((gate.baseline for gate in ruleset.gates if gate.baseline), "")
    path = request.baseline or (request.root / named if named else None)
    if path is None or (not path.exists() and path.resolve() in map(Path.resolve, request.writes)):
        return None
    name = os.path.relpath(path, request.root)
    text = baseline_text(path, name, request)
    if isinstance(text, Problem):
        problems.append(text)
        return None
    fingerprints, found = read_baseline(text, name)
    problems.extend(found)
    return None if found else Known(partial(apply_baseline, baseline=fingerprints), request.baseline is not None)


def baseline_text(path: Path, name: str, request: CheckRequest) -> str | Problem:
    """Return what a baseline file holds, or why it can't be read."""
    if not os.path.lexists(path):
        hint = f"write it with: lictor baseline write --file {name}"
        message = f"there is no baseline '{name}'"
        return Problem("file-not-found", message, "usage", hint=hint, location=Location(name))
    raw = bytes_of_file(path, name, request.budgets)
    text = raw if isinstance(raw, Problem) else decode(raw, name)
    return text._replace(phase="usage") if isinstance(text, Problem) else text


def known_since(
    request: CheckRequest, plan: CompiledPlan, evaluation: Evaluation, problems: list[Problem]
) -> Mapping[str, Known]:
    """Return for each ruleset what the files gave at the commit that a run compares with; nothing if there is none.

    Only files that changed since and that something was found in are read in their earlier form.
    """
    from lictor.documents.git import bytes_at, changes_since, files_at, fork_of

    root = request.root.resolve()
    try:
        commit = fork_of(root, request.since)
        changes = changes_since(root, commit)
        unchanged = frozenset(files_at(root, commit)) - changes.keys()
        uris = {finding.location.uri for ruleset in evaluation.rulesets for finding in ruleset.findings}
        earlier = {uri: bytes_at(root, commit, changes[uri]) for uri in sorted(uris) if changes.get(uri)}
    except LictorError as error:
        problems.extend(error.problems)
        return {}
    loaders = plan.registry.loaders
    parts = [evaluate_loaded(uri, read_bytes(uri, raw, loaders, request.budgets), plan) for uri, raw in earlier.items()]
    before = merge(parts, [ruleset.ruleset_id for ruleset in evaluation.rulesets])
    return {
        each.ruleset_id: Known(
            partial(apply_earlier, earlier=settle_findings(each.findings), unchanged_files=unchanged), is_new_only=True
        )
        for each in before.rulesets
    }
