"""Policies that a command line names: `FILE`, or `FILE#NAME` for one of several in a file."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from lictor import (
    Document,
    LictorError,
    Problem,
    Region,
    Subject,
    did_you_mean,
    find_subjects,
    parse_yaml,
    read_documents,
)
from lictor_plugins.reasoning.model import Policy, PolicyKind
from lictor_plugins.reasoning.reading import policy_from, policy_kind

SUBJECT_KINDS: Mapping[PolicyKind, str] = {
    "trust": "aws.iam.trust-policy",
    "identity": "aws.iam.identity-policy",
    "boundary": "aws.iam.permissions-boundary",
    "resource": "aws.iam.resource-policy",
    "scp": "aws.iam.scp",
    "rcp": "aws.iam.rcp",
    "session": "aws.iam.identity-policy",
    "endpoint": "aws.iam.endpoint-policy",
}
"""The kind of subject that a policy is looked for as; a session policy looks like a policy of an identity."""

KIND_NAMES: Mapping[PolicyKind, str] = {
    "trust": "trust policy",
    "identity": "identity policy",
    "boundary": "permissions boundary",
    "resource": "resource policy",
    "scp": "service control policy",
    "rcp": "resource control policy",
    "session": "session policy",
    "endpoint": "VPC endpoint policy",
}


class Deployment(NamedTuple):
    """What is known of where a policy is deployed; "" where it is not."""

    account: str = ""
    partition: str = ""


class FoundPolicy(NamedTuple):
    """A policy with the subject that it was read from."""

    policy: Policy
    subject: Subject

    def place_of(self, statement: int) -> tuple[str, Region]:
        """Return the file that a statement stands in, which may be one that the document reads, and where in it."""
        document, path = self.subject.place(("statements", statement))
        return document.uri, document.region_of(path)


def read_policies(name: str, kind: PolicyKind | None, deployment: Deployment, root: Path) -> tuple[FoundPolicy, ...]:
    """Read the policies of a kind that a file holds; without a kind, the one policy in it, whatever its kind.

    A document without a policy of that kind is taken for one as a whole, since the user says so. Raises LictorError.
    """
    file, _ = _split(name)
    subjects = _all_subjects(name, kind, root)
    _refuse_none_or_many(subjects, kind, file)
    found = [_found(subject, kind or policy_kind(subject.kind) or "identity", deployment) for subject in subjects]
    return tuple(found)


def read_every_policy(name: str, kind: PolicyKind, own_account: str, root: Path) -> tuple[FoundPolicy, ...]:
    """Read all policies of a kind that a file holds, however many; where no role says its account, it is the own one.

    Raises LictorError, also when there is none.
    """
    subjects = _all_subjects(name, kind, root)
    if not subjects:
        raise LictorError([_none_found(kind, _split(name)[0])])
    return tuple(
        _found(subject, kind, Deployment((subject.value.get("role") or {}).get("account") or own_account))
        for subject in subjects
    )


def _all_subjects(name: str, kind: PolicyKind | None, root: Path) -> list[Subject]:
    file, chosen = _split(name)
    subjects: list[Subject] = []
    for document in read_strictly(file, root):
        subjects += _subjects(document, kind)
    return _chosen(subjects, chosen, file) if chosen else subjects


def read_strictly(name: str, root: Path) -> Sequence[Document]:
    """Read the documents of a file, or of the standard input, `-`; whatever is wrong is raised as LictorError."""
    documents, problems = _read_standard_input() if name == "-" else read_documents([name], root)
    errors = [problem for problem in problems if problem.level == "error"]
    if errors:
        raise LictorError(errors)
    return documents


def _read_standard_input() -> tuple[Sequence[Document], Sequence[Problem]]:
    loaded = parse_yaml("stdin", sys.stdin.buffer.read().decode("utf-8-sig", errors="replace"))
    return loaded.documents, loaded.problems


def _split(name: str) -> tuple[str, str]:
    """Split `FILE#NAME`; a file that is called so as a whole is that file."""
    if "#" not in name or Path(name).exists():
        return name, ""
    file, _, chosen = name.rpartition("#")
    return file, chosen


def _subjects(document: Document, kind: PolicyKind | None) -> tuple[Subject, ...]:
    every = _found_in(document, SUBJECT_KINDS.values())
    if kind is None:
        return every
    wanted = SUBJECT_KINDS[kind]
    fitting = tuple(subject for subject in every if subject.kind == wanted)
    if fitting or len(every) > 1:
        return fitting
    if every and every[0].path:
        # One policy inside of something: it is taken for what the user says, where it stands.
        return every
    return _found_in(document, [wanted], wanted) if _may_be(kind, document, every) else ()


def _may_be(kind: PolicyKind, document: Document, found: Sequence[Subject]) -> bool:
    """Tell whether a document may be a policy of a kind: it has statements, and a trust policy is about roles."""
    data = document.data
    if not isinstance(data, Mapping) or not any(str(name).lower().startswith("statement") for name in data):
        return False
    statements = [each for subject in found for each in subject.value["statements"]]
    return kind != "trust" or not statements or any(map(_may_trust, statements))


def _may_trust(statement: Mapping[str, Any]) -> bool:
    """Tell whether a statement has anything of a trust policy's: a Principal and no Resource, or an action of STS."""
    has_principal = statement["has_principal"] or statement["has_not_principal"]
    has_resource = statement["has_resource"] or statement["has_not_resource"]
    is_of_sts = any(action.lower().startswith("sts:") for action in statement["actions"])
    return bool(is_of_sts or (has_principal and not has_resource))


def _found_in(document: Document, kinds: Iterable[str], assumed: str = "") -> tuple[Subject, ...]:
    subjects, problems = find_subjects(document, kinds, assumed)
    if problems:
        raise LictorError(problems)
    return subjects


def _name_of(subject: Subject) -> str:
    role = subject.value.get("role") or {}
    return str(role.get("name") or subject.name)


def _chosen(subjects: Sequence[Subject], chosen: str, file: str) -> list[Subject]:
    found = [subject for subject in subjects if chosen in (subject.name, _name_of(subject))]
    if not found:
        known = sorted({_name_of(subject) for subject in subjects})
        hint = did_you_mean(chosen, known) or f"there are {', '.join(known) or 'none'}"
        raise LictorError([_problem(f"no policy of '{chosen}' in {file}", hint)])
    return found


def _refuse_none_or_many(subjects: Sequence[Subject], kind: PolicyKind | None, file: str) -> None:
    what = KIND_NAMES[kind] if kind else "policy"
    if not subjects:
        raise LictorError([_none_found(kind, file)])
    names = sorted({_name_of(subject) for subject in subjects})
    is_one_enough = kind in (None, "trust", "boundary", "resource")
    if (is_one_enough and len(subjects) > 1) or (kind == "identity" and len(_roles(subjects)) > 1):
        hint = f"choose one: {', '.join(f'{file}#{name}' for name in names)}"
        raise LictorError([_problem(f"{file} holds {len(subjects)} policies, and one {what} is wanted", hint)])


def _none_found(kind: PolicyKind | None, file: str) -> Problem:
    what = KIND_NAMES[kind] if kind else "policy"
    hint = f"lictor query --kind '{SUBJECT_KINDS[kind] if kind else 'aws.iam.…'}' shows what is in a file"
    return _problem(f"no {what} in {file}", hint)


def _roles(subjects: Iterable[Subject]) -> set[str]:
    return {_name_of(subject) for subject in subjects if subject.value.get("role")}


def _problem(message: str, hint: str) -> Problem:
    return Problem("bad-request", message, "usage", hint=hint)


def _found(subject: Subject, kind: PolicyKind, deployment: Deployment) -> FoundPolicy:
    policy = policy_from(
        subject.value, kind, account=deployment.account, partition=deployment.partition, name=subject.name
    )
    return FoundPolicy(policy, subject)
