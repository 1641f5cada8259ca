"""Put a rule's queries to a subject: values first, places only for what was found."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from lictor.model import FindingKind, Highlight, Match, Node, Path, RelatedMatch, RuleQueries, Subject
from lictor.patterns import lazy_pattern
from lictor.query import Query, QueryContext
from lictor.query.places import Place, element_places, nodes_of
from lictor.rules.render import Template, compile_template
from lictor.rules.scope import message_scope, parents_of, subject_facts
from lictor.values import NamedTuple

_SURROUNDINGS = lazy_pattern(r"\b(parameter|root|each|parent|subject|let)\s*\(")


class Related(NamedTuple):
    """A query for places beside a finding, with what to say of each."""

    query: Query
    message: Template


class Questions(NamedTuple):
    """A rule's queries, compiled.

    `surroundings` names the context functions that any of those calls which tell whether there is a match;
    `all_surroundings` adds those of the queries that are asked when there is one.
    """

    for_each: Query | None
    deny: Query | None
    require: Query | None
    open: Query | None
    at: Query | None
    related: tuple[Related, ...]
    let: Mapping[str, Query]
    highlight: Highlight
    surroundings: frozenset[str]
    all_surroundings: frozenset[str]


def compile_questions(queries: RuleQueries, make_query: Callable[[str], Query]) -> Questions:
    """Compile a rule's queries. Raises QueryError."""

    def optional(text: str) -> Query | None:
        return make_query(text) if text else None

    asked = (queries.for_each, queries.deny, queries.require, queries.open, *queries.let.values())
    then = (queries.at, *(text for related in queries.related for text in (related.query, related.message)))
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
        all_surroundings=frozenset(name for text in (*asked, *then) for name in _SURROUNDINGS.findall(text)),
    )


def find_matches(
    questions: Questions, subject: Subject, parameters: Mapping[str, Any], is_likely: bool = False
) -> list[Match]:
    """Ask a subject. Raises QueryError.

    A rule that finds nothing, as most do, only pays for plain values. `is_likely` says that it will find something,
    so that places are asked for at once.
    """
    shared = _shared_context(questions, subject, parameters)
    found: list[Match] = []
    values: list[Any] = []
    places: Sequence[Place] | None = None
    if is_likely or "parent" in questions.surroundings:
        values, places = _candidates(questions, subject.value, shared)
    else:
        values = _candidate_values(questions, subject.value, shared)
    for index, value in enumerate(values):
        context = shared
        if shared is not None and questions.surroundings & {"each", "parent", "let"}:
            each = Candidate(Node(value, None), ()) if places is None else _candidate(value, places[index])
            context = _context_for(questions, shared, each)
        if _is_silent(questions, value, context):
            continue
        if places is None:
            values, places = _candidates(questions, subject.value, shared)
        found += _matches_at(questions, subject, parameters, _candidate(values[index], places[index]))
    return found


class Candidate(NamedTuple):
    """A value that `for-each` gave. `place` is its own, or for a computed one what its parts have in common."""

    node: Node
    place: Path


def candidate_paths(questions: Questions, subject: Subject, parameters: Mapping[str, Any]) -> tuple[Path, ...]:
    """Return where the candidates stand in the subject's value. Raises QueryError."""
    if questions.for_each is None:
        return ((),)
    values, places = _candidates(questions, subject.value, _shared_context(questions, subject, parameters))
    return tuple(_candidate(value, place).place for value, place in zip(values, places, strict=True))


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


def _candidates(
    questions: Questions,
    value: Any,  # noqa: ANN401 - any JSON value
    context: QueryContext | None,
) -> tuple[list[Any], Sequence[Place]]:
    """Return what `for-each` gives, and the place of each value."""
    if questions.for_each is None:
        return [value], ((),)
    result, place = questions.for_each.locate(value, (), context)
    if result is None:
        return [], ()
    return (result, element_places(place, result)) if isinstance(result, list) else ([result], (place,))


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
    context = _context_of_match(questions, subject, parameters, each)
    if questions.deny is not None:
        for node in _findings(questions.deny, each.node, context):
            yield _match(questions, subject, context, each, node, "fail")
    if questions.require is not None and not _is_met(questions.require, each.node, context):
        yield _match(questions, subject, context, each, each.node, "fail")
    if questions.open is not None:
        for node in _findings(questions.open, each.node, context):
            yield _match(questions, subject, context, each, node, "open")


def _context_of_match(
    questions: Questions, subject: Subject, parameters: Mapping[str, Any], each: Candidate
) -> QueryContext:
    """Return a context for one candidate, with no more in it than all of a rule's queries ask for."""
    names = questions.all_surroundings
    parents = parents_of(subject.value, each.place) if "parent" in names else ()
    facts = subject_facts(subject) if "subject" in names else {}
    return QueryContext(subject.value, (), each.node, parents, facts, parameters, questions.let)


def _findings(query: Query, each: Node, context: QueryContext) -> Iterator[Node]:
    """Yield what a query finds. What was computed and says no (false, zero, nothing) is no finding.

    A value that stands in the document is one whatever it is, unless the query's whole result is empty.
    """
    result, place = query.locate(each.value, () if each.path is None else each.path, context)
    if not _may_speak(result):
        return
    for node in nodes_of(result, None if each.path is None else place):
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
