"""Find the subjects in a document: what rules of each kind apply to."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from lictor.errors import describe_exception
from lictor.model import BrokenStream, Document, Kind, Location, Problem, Subject
from lictor.values import NamedTuple


def matches_kind(pattern: str, kind: str) -> bool:
    """Tell whether a rule's `applies-to` entry means a kind; a `*` at the end stands for any rest.

    >>> matches_kind("aws.iam.*", "aws.iam.trust-policy")
    True
    """
    return kind.startswith(pattern[:-1]) if pattern.endswith("*") else kind == pattern


def wanted_kinds(patterns: Iterable[str], kinds: Iterable[str]) -> frozenset[str]:
    """Return the known kinds that some `applies-to` entry means."""
    known = tuple(kinds)
    return frozenset(kind for pattern in set(patterns) for kind in known if matches_kind(pattern, kind))


def find_subjects(
    document: Document, kinds: Mapping[str, Kind], wanted: frozenset[str], assumed: str = ""
) -> tuple[tuple[Subject, ...], tuple[Problem, ...]]:
    """Return a document's subjects of the wanted kinds, and what went wrong with finding them."""
    problems: list[Problem] = []
    finders = finders_of(kinds, wanted)
    return tuple(each_subject(document, kinds, finders, assumed, problems)), tuple(problems)


class Finder(NamedTuple):
    """What looks for the subjects of some kinds at once."""

    find: Callable[[Document, frozenset[str]], Iterable[Subject]]
    kinds: frozenset[str]


def finders_of(kinds: Mapping[str, Kind], wanted: frozenset[str]) -> tuple[Finder, ...]:
    """Return what looks for the wanted kinds: each `find` once, for all the kinds that have it."""
    finders: dict[int, set[str]] = {}
    for name in wanted:
        finders.setdefault(id(kinds[name].find), set()).add(name)
    return tuple(Finder(kinds[min(names)].find, frozenset(names)) for names in sorted(finders.values(), key=sorted))


def each_subject(
    document: Document, kinds: Mapping[str, Kind], finders: Iterable[Finder], assumed: str, problems: list[Problem]
) -> Iterator[Subject]:
    """Yield what finders find in a document; a dump may hold many thousands.

    With `assumed`, the whole document is a subject of that kind, whatever its content looks like. What goes wrong is
    added to `problems`.
    """
    assume = kinds[assumed].assume if assumed else None
    if assume is not None:
        try:
            if any(assumed in finder.kinds for finder in finders):
                yield _checked(assume(document))
        except (KeyboardInterrupt, GeneratorExit, BrokenStream):
            raise
        except BaseException as error:  # noqa: BLE001 - a kind comes from a plugin; what it raises is its Problem
            problems.append(_kind_error(document, [assumed], error))
        return
    for find, names in finders:
        try:
            yield from map(_checked, find(document, names))
        except (KeyboardInterrupt, GeneratorExit, BrokenStream):
            raise
        except BaseException as error:  # noqa: BLE001 - a kind comes from a plugin; what it raises is its Problem
            problems.append(_kind_error(document, sorted(names), error))


def relate_subjects(subjects: Iterable[Subject], kinds: Mapping[str, Kind]) -> tuple[Subject, ...]:
    """Put the parts among some subjects together, as their kinds do; the others stay as they are, in front."""
    whole: list[Subject] = []
    parts: dict[str, list[Subject]] = {}
    for subject in subjects:
        if kinds[subject.kind].relate is None:
            whole.append(subject)
        else:
            parts.setdefault(subject.kind, []).append(subject)
    for kind, found in sorted(parts.items()):
        relate = kinds[kind].relate
        whole.extend(map(_checked, () if relate is None else relate(tuple(found))))
    return tuple(whole)


def _checked(subject: Subject) -> Subject:
    if not isinstance(subject, Subject):
        raise TypeError(f"expected Subject, found {type(subject).__name__}")
    return subject


def _kind_error(document: Document, names: list[str], error: BaseException) -> Problem:
    return Problem(
        "kind-error",
        f"looking for {', '.join(names)} raised {describe_exception(error)}",
        "evaluation",
        hint="the document was not checked for these kinds; report it to the author of the plugin (lictor plugins)",
        location=Location(document.uri, document.region_of(())),
    )
