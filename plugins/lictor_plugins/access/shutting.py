"""The smallest change of a role's trust policy that shuts outsiders out: candidates are tried until one is proved."""

import difflib
import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from lictor import (
    EMBEDDED,
    Document,
    EditAction,
    LictorError,
    Path,
    apply_replacements,
    edited_data,
    embedded_json,
    find_subjects,
    format_path,
    read_as,
    replacement_for,
)
from lictor_plugins.access.remedies import Remedy, remedies
from lictor_plugins.access.values import value_at
from lictor_plugins.commands.policy_files import FoundPolicy
from lictor_plugins.reasoning.model import Answer, Policy, Request, Trusted
from lictor_plugins.reasoning.questions import allows, outside_access
from lictor_plugins.reasoning.reading import policy_from

_STATEMENTS = 20
"""Statements that are mended one after the other; a policy in which more let strangers in is best written anew."""


class Edit(NamedTuple):
    """One edit of a document."""

    description: str
    path: Path
    action: EditAction
    value: Any = None
    needs: str = ""


class Change(NamedTuple):
    """Edits that together are proved to shut outsiders out.

    `diff` is what they do to the file's text, "" where they can't be put there safely. `is_idle`: nobody can assume
    the role afterwards.
    """

    edits: tuple[Edit, ...]
    diff: str = ""
    is_idle: bool = False


def smallest_change(found: FoundPolicy, trusted: Trusted) -> Change | None:
    """Return the smallest of the known changes that is proved; None when none is."""
    edits: list[Edit] = []
    current = found
    for _ in range(_STATEMENTS):
        answer = outside_access(current.policy, trusted)
        if answer.verdict == "no":
            is_idle = allows(current.policy).verdict == "no"
            return Change(tuple(edits), _diff(found.subject.document, edits), is_idle)
        if answer.witness is None or not answer.statements:
            return None
        step = _step(current, answer.statements[0], answer.witness, trusted)
        if step is None:
            return None
        edit, current = step
        edits.append(edit)
    return None


def _step(found: FoundPolicy, index: int, witness: Request, trusted: Trusted) -> tuple[Edit, FoundPolicy] | None:
    """Return the first edit after which a statement lets no outsider in, rather one that leaves somebody in."""
    idle: tuple[Edit, FoundPolicy] | None = None
    for edit in _edits(found, index, witness, trusted):
        after = _after(found, edit)
        if after is None or _outcome(after.policy, found.policy, index, edit, trusted).verdict != "no":
            continue
        if allows(after.policy).verdict != "no":
            return edit, after
        idle = idle or (edit, after)
    return idle


def _outcome(after: Policy, before: Policy, index: int, edit: Edit, trusted: Trusted) -> Answer:
    """Ask about the edited statement alone; without it, about the rest, which may not have got worse."""
    if len(after.statements) < len(before.statements):
        return Answer("no") if edit.action == "remove" else Answer("unknown")
    return outside_access(after, trusted, statement=index)


def _edits(found: FoundPolicy, index: int, witness: Request, trusted: Trusted) -> Iterator[Edit]:
    subject = found.subject
    raw = value_at(subject.document.data, subject.path_in_document(("statements", index)))
    for remedy in remedies(found.policy, index, raw, witness, trusted):
        yield _edit(remedy, subject.path_in_document(remedy.path))


def _edit(remedy: Remedy, path: Path) -> Edit:
    return Edit(remedy.description, (*path, *remedy.below), remedy.action, remedy.value, remedy.needs)


def _after(found: FoundPolicy, edit: Edit) -> FoundPolicy | None:
    """Find the policy again in the edited document, as any reader of it would."""
    subject = found.subject
    try:
        data = _edited(subject.document.data, edit)
    except (LictorError, KeyError, IndexError, TypeError):
        return None
    edited = subject.document._replace(data=data)
    subjects, problems = find_subjects(edited, [subject.kind])
    again = next((each for each in subjects if (each.path, each.name) == (subject.path, subject.name)), None)
    if problems or again is None:
        subjects, problems = find_subjects(edited, [subject.kind], subject.kind if not subject.path else "")
        again = next((each for each in subjects if each.path == subject.path), None)
    if problems or again is None:
        return None
    known = found.policy
    policy = policy_from(again.value, known.kind, account=known.account, arn=known.arn, name=known.name)
    return FoundPolicy(policy, again)


def _edited(data: Any, edit: Edit) -> Any:  # noqa: ANN401 - any JSON value
    """Return data with an edit; what is in a string that holds JSON stays in one."""
    if EMBEDDED not in edit.path:
        return edited_data(data, edit.path, edit.action, edit.value)
    at = edit.path.index(EMBEDDED)
    inner = embedded_json(value_at(data, edit.path[:at]))
    text = json.dumps(edited_data(inner, edit.path[at + 1 :], edit.action, edit.value))
    return edited_data(data, edit.path[:at], "set", text)


def _diff(document: Document, edits: Iterable[Edit]) -> str:
    """Return what the edits do to the text; "" when they can't be put there safely, as in generated files."""
    text, current = document.text, document
    try:
        for edit in edits:
            replacement = replacement_for(current, edit.path, edit.action, edit.value)
            text = apply_replacements(text, [replacement])
            current = _read_again(document, text)
    except LictorError:
        return ""
    before, after = document.text.splitlines(keepends=True), text.splitlines(keepends=True)
    lines = difflib.unified_diff(before, after, document.uri, document.uri, n=1)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _read_again(document: Document, text: str) -> Document:
    documents = read_as(document.uri, text).documents
    return next(each for each in documents if each.index == document.index)


def edit_json(edit: Edit) -> dict[str, Any]:
    """Return an edit for programs: where, what, and the new value."""
    written: dict[str, Any] = {
        "description": edit.description,
        "path": list(edit.path),
        "at": format_path(edit.path),
        "action": edit.action,
    }
    if edit.action != "remove":
        written["value"] = edit.value
    if edit.needs:
        written["needs"] = edit.needs
    return written
