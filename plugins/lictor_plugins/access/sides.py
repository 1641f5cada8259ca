"""The two sides of a change: files, folders or commits, and the policies in them, paired."""

import os
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from lictor import (
    ChangedFile,
    Document,
    LictorError,
    PlacedSubject,
    Problem,
    Subject,
    find_subjects,
    pair_subjects,
    read_changes,
    read_documents,
    revisions_of,
)
from lictor_plugins.access.changes import Pair
from lictor_plugins.commands.policy_files import SUBJECT_KINDS, FoundPolicy
from lictor_plugins.reasoning.model import Policy, PolicyKind
from lictor_plugins.reasoning.reading import policy_from, policy_kind
from lictor_plugins.reasoning.widening import meaning


class Sides(NamedTuple):
    """Files before and after with their documents, what can't be read, and what to call the side before."""

    files: tuple[ChangedFile, ...]
    problems: tuple[Problem, ...]
    old_name: str


def read_sides(names: Sequence[str], paths: Sequence[str], root: Path) -> Sides:
    """Read what is compared: two files, two folders, or one or two commits. Raises LictorError."""
    if len(names) == 2 and all(Path(name).exists() for name in names):  # noqa: PLR2004 - OLD and NEW
        if paths:
            raise LictorError([_problem("--path limits what is compared of commits", "name the files themselves")])
        return _read_paths(names[0], names[1], root)
    there = [name for name in names if Path(name).exists()]
    if len(names) == 2 and there:  # noqa: PLR2004 - OLD and NEW
        missing = next(name for name in names if name not in there)
        raise LictorError([_problem(f"'{missing}' is not there", "compare two files, two folders or two commits")])
    text = "..".join(names)
    try:
        revisions = revisions_of(text, root)
    except LictorError as error:
        if not there:
            raise LictorError([_also_no_file(each) for each in error.problems]) from None
        hint = f"lictor diff OLD {text}, or lictor diff HEAD --path {text}"
        raise LictorError([_problem(f"'{text}' is there and is no commit; what is it compared with?", hint)]) from None
    found, problems = read_changes(revisions, root, paths)
    unread = _unread(problems)
    files = tuple(each for each in found if unread.isdisjoint(document.uri for document in (*each.before, *each.after)))
    return Sides(files, problems, names[0].partition("..")[0] or "HEAD")


def _also_no_file(problem: Problem) -> Problem:
    return problem._replace(hint=f"there is no such file or folder either; {problem.hint}")


def _read_paths(old: str, new: str, root: Path) -> Sides:
    is_folder = Path(old).is_dir()
    if is_folder != Path(new).is_dir():
        raise LictorError([_problem("a file can't be compared with a folder", "name two files or two folders")])
    before, found = read_documents([old], root)
    after, also_found = read_documents([new], root)
    if not (before or after or found or also_found):
        hint = "name files or folders that hold JSON or YAML"
        raise LictorError(
            [Problem("nothing-checked", "nothing was compared: no document was read", "document", hint=hint)]
        )
    ours, theirs = _by_file(before, old, root), _by_file(after, new, root)
    unread = {os.path.relpath(root / uri, old) for uri in _unread(found)}
    unread |= {os.path.relpath(root / uri, new) for uri in _unread(also_found)}
    if is_folder:
        names = sorted({*ours, *theirs} - unread)
        files = tuple(ChangedFile(ours.get(name, ()), theirs.get(name, ())) for name in names)
    else:
        files = () if unread else (ChangedFile(before, after),)
    return Sides(files, (*found, *also_found), "")


def _unread(problems: Iterable[Problem]) -> frozenset[str]:
    """Return the files that can't be compared: what is not read on one side is not new or gone on the other."""
    return frozenset(each.location.uri for each in problems if each.level == "error" and each.location)


def _by_file(documents: Iterable[Document], folder: str, root: Path) -> dict[str, tuple[Document, ...]]:
    files: dict[str, tuple[Document, ...]] = {}
    for document in documents:
        name = os.path.relpath(root / document.uri, folder)
        files[name] = (*files.get(name, ()), document)
    return files


def paired(
    files: Sequence[ChangedFile], kind: PolicyKind | None, account: str
) -> tuple[tuple[Pair, ...], tuple[Problem, ...]]:
    """Find the policies on both sides and pair them; of several files, only those whose text differs.

    With `kind`, a document that is a policy by itself is one of that kind.
    """
    reader = _Reader(kind, account)
    before: list[PlacedSubject] = []
    after: list[PlacedSubject] = []
    for number, file in enumerate(files):
        if len(files) > 1 and _is_same_text(file):
            continue
        before += (PlacedSubject(str(number), subject) for subject in reader.subjects(file.before))
        after += (PlacedSubject(str(number), subject) for subject in reader.subjects(file.after))
    pairs = pair_subjects(before, after, reader.meaning)
    return tuple(Pair(reader.found(pair.before), reader.found(pair.after)) for pair in pairs), tuple(reader.problems)


def holds_policies(files: Iterable[ChangedFile], kind: PolicyKind | None) -> bool:
    """Tell whether a file that is the same on both sides holds a policy."""
    reader = _Reader(kind, "")
    return any(True for file in files if _is_same_text(file) for _ in reader.subjects(file.after))


def _is_same_text(file: ChangedFile) -> bool:
    return [each.text for each in file.before] == [each.text for each in file.after]


class _Reader:
    """Reads each policy once."""

    def __init__(self, kind: PolicyKind | None, account: str) -> None:
        self._kind = kind
        self._account = account
        self._policies: dict[int, Policy] = {}
        self.problems: list[Problem] = []

    def subjects(self, documents: Iterable[Document]) -> Iterable[Subject]:
        for document in documents:
            subjects, problems = find_subjects(document, SUBJECT_KINDS.values())
            if self._kind is not None and [subject.path for subject in subjects] == [()]:
                wanted = SUBJECT_KINDS[self._kind]
                subjects, problems = find_subjects(document, [wanted], wanted)
            self.problems += problems
            yield from subjects

    def policy(self, subject: Subject) -> Policy:
        known = self._policies.get(id(subject))
        if known is None:
            kind = policy_kind(subject.kind) or "identity"
            account = (subject.value.get("role") or {}).get("account") or self._account
            known = policy_from(subject.value, kind, account=account, name=subject.name)
            self._policies[id(subject)] = known
        return known

    def meaning(self, subject: Subject) -> Hashable:
        return meaning(self.policy(subject))

    def found(self, subject: Subject | None) -> FoundPolicy | None:
        return None if subject is None else FoundPolicy(self.policy(subject), subject)


def _problem(message: str, hint: str) -> Problem:
    return Problem("not-comparable", message, "usage", hint=hint)
