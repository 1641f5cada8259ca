"""Findings as bytes, to be kept in a file or sent to another process, several times faster than pickles."""

import marshal
import pickle
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lictor.model import EMPTY, Context, Finding, Location, Region, SubjectRef

_PLAIN, _PICKLED = b"m", b"p"

_RARE = ((), None, (), EMPTY, ())
"""What most findings hold of related locations, suppression, fixes, properties and code flows."""


def pack_findings(findings: Sequence[Finding]) -> bytes:
    """Return findings as bytes, for this version of lictor and of Python only."""
    try:
        return _PLAIN + marshal.dumps(_plain(findings))
    except ValueError:  # a plugin's value of a class of its own
        return _PICKLED + pickle.dumps(tuple(findings), pickle.HIGHEST_PROTOCOL)


def unpack_findings(packed: bytes) -> Iterator[Finding]:
    """Yield the findings that were packed."""
    if packed[:1] == _PICKLED:
        yield from pickle.loads(memoryview(packed)[1:])  # noqa: S301 - packed by ourselves
        return
    subjects, contexts, rows = marshal.loads(memoryview(packed)[1:])  # noqa: S302 - the same
    made = [SubjectRef(*each) for each in subjects]
    shown = [None if each is None else Context(*each) for each in contexts]
    for (
        rule_id,
        level,
        kind,
        message,
        uri,
        region,
        path,
        logical,
        context,
        subject,
        candidate,
        fingerprints,
        baseline_state,
        rare,
    ) in rows:
        location = Location(uri, None if region is None else Region(*region), path, logical, shown[context])
        related, suppression, fixes, properties, flows = _RARE if rare is None else pickle.loads(rare)  # noqa: S301 - the same
        yield Finding(
            rule_id,
            level,
            kind,
            message,
            location,
            made[subject],
            candidate,
            related,
            fingerprints,
            suppression,
            baseline_state,
            fixes,
            properties,
            flows,
        )


def _plain(findings: Iterable[Finding]) -> tuple[Any, ...]:
    """Return findings as tuples of Python's own; subjects and contexts, which several share, are there once."""
    subjects: dict[SubjectRef, int] = {}
    contexts: dict[int, int] = {}
    shown: list[tuple[int, str] | None] = []
    rows = []
    for finding in findings:
        (
            rule_id,
            level,
            kind,
            message,
            location,
            subject,
            candidate,
            related,
            fingerprints,
            suppression,
            baseline_state,
            fixes,
            properties,
            flows,
        ) = finding
        uri, region, path, logical, context = location
        number = contexts.get(id(context))
        if number is None:
            number = contexts[id(context)] = len(shown)
            shown.append(None if context is None else (context.start_line, context.text))
        is_rare = related or suppression is not None or fixes or properties or flows
        rare = (related, suppression, fixes, properties, flows)
        rows.append(
            (
                rule_id,
                level,
                kind,
                message,
                uri,
                None if region is None else tuple(region),
                path,
                logical,
                number,
                subjects.setdefault(subject, len(subjects)),
                candidate,
                dict(fingerprints),
                baseline_state,
                pickle.dumps(rare, pickle.HIGHEST_PROTOCOL) if is_rare else None,
            )
        )
    return [tuple(subject) for subject in subjects], shown, rows
