"""Findings as bytes, to be kept in a file or sent to another process, several times faster than pickles."""

import marshal
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from lictor.light import HIGHEST_PROTOCOL, pickled, unpickled
from lictor.model import EMPTY, Context, Finding, Location, Region, SubjectRef

_PLAIN, _PICKLED = b"m", b"p"

_RARE = ((), None, (), EMPTY, ())
"""What most findings hold of related locations, suppression, fixes, properties and code flows."""


def pack_findings(findings: Sequence[Finding]) -> bytes:
    """Return findings as bytes, for this version of lictor and of Python only."""
    try:
        return _PLAIN + marshal.dumps(_plain(findings))
    except ValueError:  # a plugin's value of a class of its own
        return _PICKLED + pickled(tuple(findings), HIGHEST_PROTOCOL)


def unpack_findings(packed: bytes) -> Iterator[Finding]:
    """Yield the findings that were packed."""
    if packed[:1] == _PICKLED:
        yield from unpickled(memoryview(packed)[1:])  # packed by ourselves
        return
    subjects, contexts, rows = marshal.loads(memoryview(packed)[1:])  # noqa: S302 - the same
    made = [SubjectRef(*each) for each in subjects]
    shown = [each and Context(*each) for each in contexts]
    for before, uri, region, path, logical, context, subject, candidate, fingerprints, baseline_state, rare in rows:
        place = _new(Location, (uri, region and _new(Region, region), path, logical, shown[context]))
        if rare is None:
            related, suppression, fixes, properties, flows = _RARE
        else:
            related, suppression, fixes, properties, flows = unpickled(rare)
        yield _new(
            Finding,
            (
                *before,
                place,
                made[subject],
                candidate,
                related,
                fingerprints,
                suppression,
                baseline_state,
                fixes,
                properties,
                flows,
            ),
        )


_new: Callable[..., Any] = tuple.__new__  # what a NamedTuple's own `__new__` calls, at half the time


def _plain(findings: Iterable[Finding]) -> tuple[Any, ...]:
    """Return findings as tuples of Python's own; subjects and contexts, which several share, are there once."""
    subjects: dict[int, int] = {}
    named: list[tuple[Any, ...]] = []
    contexts: dict[int, int] = {}
    shown: list[Any] = []
    rows = []
    for finding in findings:
        uri, region, path, logical, context = finding.location
        number = contexts.get(id(context))
        if number is None:
            number = contexts[id(context)] = len(shown)
            shown.append(context and tuple(context))
        subject = subjects.get(id(finding.subject))
        if subject is None:
            subject = subjects[id(finding.subject)] = len(named)
            named.append(tuple(finding.subject))
        _, _, _, _, _, _, _, related, _, suppression, _, fixes, properties, flows = finding
        rare = None
        if related or suppression or fixes or properties or flows:
            rare = pickled((related, suppression, fixes, properties, flows), HIGHEST_PROTOCOL)
        rows.append(
            (
                finding[:4],
                uri,
                region and tuple(region),
                path,
                logical,
                number,
                subject,
                finding.candidate,
                finding.fingerprints if finding.fingerprints.__class__ is dict else dict(finding.fingerprints),
                finding.baseline_state,
                rare,
            )
        )
    return named, shown, rows
