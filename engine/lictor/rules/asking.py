"""Put a rule's queries to a subject: values first, places only for what was found."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from lictor.model import FindingKind, Highlight, Match, Node, Path, RelatedMatch, RuleQueries, Subject
from lictor.query import Query, QueryContext
from lictor.query.places import Place, element_places
from lictor.rules.render import Template, compile_template
from lictor.rules.scope import message_scope, parents_of, subject_facts
from lictor.values import NamedTuple

_SURROUNDINGS = re.compile(r"\b(parameter|root|each|parent|subject|let)\s*\(")


class Related(NamedTuple):
    """A query for places beside a finding, with what to say of each."""

    query: Query
    message: Template


class Questions(NamedTuple):
    """A rule's queries, compiled. `surroundings` names the context functions that any of them calls."""

    for_each: Query | None
    deny: Query | None
    require: Query | None
    open: Query | None
    at: Query | None
    related: tuple[Related, ...]
    let: Mapping[str, Query]
    highlight: Highlight
    surroundings: frozenset[str]


def compile_questions(queries: RuleQueries, make_query: Callable[[str], Query]) -> Questions:
    """Compile a rule's queries. Raises QueryError."""

    def optional(text: str) -> Query | None:
        return make_query(text) if text else None

    asked = (queries.for_each, queries.deny, queries.require, queries.open, *queries.let.values())
    return Questions(
        for_each=optional(queries.for_each),
        deny=optional(queries.deny),
        require=optional(queries.require),
        open=optional(queries.open),
        at=optional(queries.at),
        related=tuple(
            Related(make_query(related.query), compile_template(related.message, make_query))
            for related in queries.related
        ),
        let={name: make_query(text) for name, text in queries.let.items()},
        highlight=queries.highlight,
        surroundings=frozenset(name for text in asked for name in _SURROUNDINGS.findall(text)),
    )


def find_matches(questions: Questions, subject: Subject, parameters: Mapping[str, Any]) -> list[Match]:
    """Ask a subject. Raises QueryError.

    A rule that finds nothing, as most do, only pays for plain values.
    """
    shared = _shared_context(questions, subject, parameters)
    found: list[Match] = []
    candidates: tuple[Candidate, ...] | None = None
    for index, value in enumerate(_candidate_values(questions, subject.value, shared)):
        context = shared
        if questions.surroundings & {"each", "parent", "let"}:
            if candidates is None and "parent" in questions.surroundings:
                candidates = _candidates(questions, subject.value, shared)
            each = candidates[index] if candidates is not None else Candidate(Node(value, None), ())
            context = _context_for(questions, shared, each)
        if _is_silent(questions, value, context):
            continue
        if candidates is None:
            candidates = _candidates(questions, subject.value, shared)
        found += _matches_at(questions, subject, parameters, candidates[index])
    return found


class Candidate(NamedTuple):
    """A value that `for-each` gave. `place` is its own, or for a computed one what its parts have in common."""

    node: Node
    place: Path


def candidate_paths(questions: Questions, subject: Subject, parameters: Mapping[str, Any]) -> tuple[Path, ...]:
    """Return where the candidates stand in the subject's value. Raises QueryError."""
    if questions.for_each is None:
        return ((),)
    shared = _shared_context(questions, subject, parameters)
    return tuple(candidate.place for candidate in _candidates(questions, subject.value, shared))


def full_context(
    questions: Questions | None, subject: Subject, parameters: Mapping[str, Any], each: Candidate
) -> QueryContext:
    """Return a context that answers every context function for one candidate."""
    return QueryContext(
        root=subject.value,
        each=each.node,
        parents=parents_of(subject.value, each.place),
        subject=subject_facts(subject),
        parameters=parameters,
        let=questions.let if questions else {},
    )


def _context_for(questions: Questions, shared: QueryContext | None, each: Candidate) -> QueryContext | None:
    """Return the shared context for one candidate, with no more in it than the queries ask for."""
    if shared is None:
        return None
    parents = parents_of(shared.root, each.place) if "parent" in questions.surroundings else ()
    return QueryContext(shared.root, (), each.node, parents, shared.subject, shared.parameters, shared.let)


def _candidates(questions: Questions, value: Any, context: QueryContext | None) -> tuple[Candidate, ...]:  # noqa: ANN401 - any JSON value
    if questions.for_each is None:
        return (Candidate(Node(value, ()), ()),)
    result, place = questions.for_each.locate(value, (), context)
    if result is None:
        return ()
    if not isinstance(result, list):
        return (_candidate(result, place),)
    return tuple(_candidate(*pair) for pair in zip(result, element_places(place, result), strict=True))


def _candidate(value: Any, place: Place) -> Candidate:  # noqa: ANN401 - any JSON value
    if isinstance(place, tuple):
        return Candidate(Node(value, place), place)
    paths = list(paths_in(place))
    shortest = min(paths, key=len, default=())
    shared = next((n for n, step in enumerate(shortest) if any(path[n] != step for path in paths)), len(shortest))
    return Candidate(Node(value, None), shortest[:shared])


def paths_in(place: Place) -> Iterator[Path]:
    """Yield every path in the place of a computed value."""
    if isinstance(place, tuple):
        yield place
        return
    for inner in place.values() if isinstance(place, dict) else place if isinstance(place, list) else ():
        yield from paths_in(inner)


def _shared_context(questions: Questions, subject: Subject, parameters: Mapping[str, Any]) -> QueryContext | None:
    """Return a context without a candidate, None when no query asks for one."""
    if not questions.surroundings:
        return None
    facts = subject_facts(subject) if "subject" in questions.surroundings else {}
    return QueryContext(root=subject.value, subject=facts, parameters=parameters, let=questions.let)


def _candidate_values(questions: Questions, value: Any, context: QueryContext | None) -> list[Any]:  # noqa: ANN401 - any JSON value
    if questions.for_each is None:
        return [value]
    result = questions.for_each.search(value, context)
    if result is None:
        return []
    return result if isinstance(result, list) else [result]


def _is_silent(questions: Questions, value: Any, context: QueryContext | None) -> bool:  # noqa: ANN401 - any JSON value
    """Tell from plain values that there can be no match. A zero may be one: only its place can tell."""
    if questions.deny is not None and _may_speak(questions.deny.search(value, context)):
        return False
    if questions.require is not None and not questions.require.search(value, context):
        return False
    return questions.open is None or not _may_speak(questions.open.search(value, context))


def _may_speak(result: Any) -> bool:  # noqa: ANN401 - any JSON value
    return bool(result) or (result is not False and isinstance(result, int | float))


def _matches_at(
    questions: Questions, subject: Subject, parameters: Mapping[str, Any], each: Candidate
) -> Iterator[Match]:
    context = full_context(questions, subject, parameters, each)
    if questions.deny is not None:
        for node in _findings(questions.deny, each.node, context):
            yield _match(questions, subject, context, each, node, "fail")
    if questions.require is not None and not _is_met(questions.require, each.node, context):
        yield _match(questions, subject, context, each, each.node, "fail")
    if questions.open is not None:
        for node in _findings(questions.open, each.node, context):
            yield _match(questions, subject, context, each, node, "open")


def _findings(query: Query, each: Node, context: QueryContext) -> Iterator[Node]:
    """Yield what a query finds. What was computed and says no (false, zero, nothing) is no finding.

    A value that stands in the document is one whatever it is, unless the query's whole result is empty.
    """
    if not _may_speak(query.search(each.value, context)):
        return
    for node in _nodes(query, each, context):
        if node.value is not None and (node.value or node.path is not None):
            yield node


def _is_met(query: Query, each: Node, context: QueryContext) -> bool:
    """Tell whether a requirement holds: a truthy value, or a zero that stands in the document."""
    result = query.search(each.value, context)
    if result or not _may_speak(result):
        return bool(result)
    return any(node.path is not None for node in _nodes(query, each, context))


def _nodes(query: Query, node: Node, context: QueryContext) -> Iterable[Node]:
    """Run a query on a node. What is found in a computed value stands nowhere."""
    if node.path is not None:
        return query.nodes(node.value, node.path, context)
    return (Node(found.value, None) for found in query.nodes(node.value, (), context))


def _match(
    questions: Questions, subject: Subject, context: QueryContext, each: Candidate, found: Node, kind: FindingKind
) -> Match:
    origin = each.node if found.path is None else found
    path = found.path
    if questions.at is not None:
        path = next((node.path for node in _nodes(questions.at, origin, context) if node.path is not None), path)
    match = Match(
        path=path,
        values={"each": each.node.value} if each.node.path is None else {},
        kind=kind,
        highlight=questions.highlight,
        candidate=each.place,
        found=found.value,
    )
    if not questions.related:
        return match
    return match._replace(related=tuple(_related(questions, subject, context, match, origin)))


def _related(
    questions: Questions, subject: Subject, context: QueryContext, match: Match, origin: Node
) -> Iterator[RelatedMatch]:
    scope = message_scope(subject, match, context.parameters)
    seen = {match.path}
    for related in questions.related:
        for node in _nodes(related.query, origin, context):
            if node.path is not None and node.path not in seen:
                seen.add(node.path)
                message = related.message.render({**scope, "related": node.value}, context)
                yield RelatedMatch(node.path, message)
