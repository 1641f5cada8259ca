"""Which subject of a change is which: the same one before and after, though it moved or has another name."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

from lictor.fingerprints.policy_path import stable_pointer
from lictor.model import Subject
from lictor.values import NamedTuple


class PlacedSubject(NamedTuple):
    """A subject and the file that it is in; a file has one name before and after, also where it was renamed."""

    file: str
    subject: Subject


class SubjectPair(NamedTuple):
    """One subject before and after; None where there is none."""

    before: Subject | None
    after: Subject | None


_Key = Callable[[PlacedSubject], Hashable]
_Pair = tuple[PlacedSubject, PlacedSubject]


def pair_subjects(
    before: Iterable[PlacedSubject], after: Iterable[PlacedSubject], meaning: Callable[[Subject], Hashable]
) -> tuple[SubjectPair, ...]:
    """Pair subjects by file, kind, name and place; then by less and less of it, where that is still unmistakable.

    Subjects with the same `meaning` are the same one under another name. The pairs come in the order of `after`; those
    that are gone come last.
    """
    old, new = list(before), list(after)
    pairs: list[_Pair] = []
    for key, is_lone in _keys(meaning):
        if not old or not new:
            break
        taken = list(_matched(old, new, key, is_lone=is_lone))
        pairs += taken
        gone = {id(placed) for pair in taken for placed in pair}
        old = [placed for placed in old if id(placed) not in gone]
        new = [placed for placed in new if id(placed) not in gone]
    known = {id(two.subject): one.subject for one, two in pairs}
    every = {id(placed.subject): placed.subject for placed in (*new, *(two for _, two in pairs))}
    ordered = sorted(every.values(), key=_place_in_text)
    return (
        *(SubjectPair(known.get(id(subject)), subject) for subject in ordered),
        *(SubjectPair(placed.subject, None) for placed in old),
    )


def _place_in_text(subject: Subject) -> tuple[object, ...]:
    document = subject.document
    return document.uri, document.index, *document.region_of(subject.path)[:2]


def _matched(
    old: Sequence[PlacedSubject], new: Sequence[PlacedSubject], key: _Key, *, is_lone: bool
) -> Iterator[_Pair]:
    """Yield those with the same key, in their order; with `is_lone`, only where each side has exactly one."""
    ours, theirs = _by_key(old, key), _by_key(new, key)
    for name, found in ours.items():
        others = theirs.get(name, [])
        if not is_lone or len(found) == len(others) == 1:
            yield from zip(found, others, strict=False)


def _by_key(placed: Iterable[PlacedSubject], key: _Key) -> Mapping[Hashable, list[PlacedSubject]]:
    groups: dict[Hashable, list[PlacedSubject]] = {}
    for each in placed:
        groups.setdefault(key(each), []).append(each)
    return groups


def _keys(meaning: Callable[[Subject], Hashable]) -> Iterator[tuple[_Key, bool]]:
    """Yield what pairs subjects, and whether that is trusted only where it is unmistakable."""

    def same(each: PlacedSubject) -> Hashable:
        return each.subject.kind, meaning(each.subject)

    def name(each: PlacedSubject) -> Hashable:
        return each.subject.kind, each.subject.name

    def place(each: PlacedSubject) -> Hashable:
        return each.subject.kind, each.subject.document.index, each.subject.path

    def pointer(each: PlacedSubject) -> Hashable:
        # list items go by their names, such as a policy's among those of one role
        return each.subject.document.index, stable_pointer(each.subject.document.data, each.subject.path)

    yield lambda each: (each.file, name(each), pointer(each)), False
    yield lambda each: (each.file, name(each), same(each)), False
    yield lambda each: (each.file, name(each), place(each)), False
    yield lambda each: (each.file, name(each)), False
    yield lambda each: (each.file, same(each)), False
    yield lambda each: (name(each), same(each)), False
    yield name, True
    yield same, False
    yield lambda each: (each.file, place(each)), True
    yield lambda each: (each.file, each.subject.kind), True
