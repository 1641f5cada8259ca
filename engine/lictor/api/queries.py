"""Run a query on files: every result with its place."""

from collections.abc import Iterable, Iterator
from typing import Any

from lictor.documents import SourceFile, read_file
from lictor.documents.read import Shared
from lictor.model import Budgets, Location, Problem, Subject, format_path
from lictor.query import Query, QueryContext, QueryError, check_query, compile_query
from lictor.registry import Registry
from lictor.subjects import find_subjects, relate_subjects
from lictor.values import NamedTuple


class QueryAnswer(NamedTuple):
    """A result: its value, and where it stands; a computed value has the place of the subject it came from."""

    value: Any
    location: Location
    is_computed: bool


def query_files(
    expression: str, files: Iterable[SourceFile], registry: Registry, kind: str = ""
) -> Iterator[QueryAnswer | Problem]:
    """Yield the results of a query on each document, or on each subject of a kind in it.

    What documents make together, such as an account, is made of all the files and asked at the end.

    Raises QueryError when the expression can't be compiled; what goes wrong with one document is a Problem.
    """
    query = compile_query(expression, registry.functions)
    shared = Shared()
    parts: list[Subject] = []
    is_met = not kind
    for file in files:
        loaded = read_file(file.path, file.uri, registry.loaders, Budgets(), shared)
        yield from loaded.problems
        for document in loaded.documents:
            if not kind:
                yield from _query_subjects(query, (Subject("document", document, (), document.data),))
                continue
            subjects, problems = find_subjects(document, registry.kinds, frozenset({kind}))
            yield from problems
            is_met = is_met or bool(subjects)
            if registry.kinds[kind].relate is None:
                yield from _query_subjects(query, subjects)
            else:
                parts += subjects
    yield from _query_subjects(query, relate_subjects(parts, registry.kinds))
    if not is_met:
        message, hint = f"no '{kind}' is in what was read", "without --kind, the query runs on whole documents"
        yield Problem("nothing-checked", message, "evaluation", "warning", hint)


def _query_subjects(query: Query, subjects: Iterable[Subject]) -> Iterator[QueryAnswer | Problem]:
    for subject in subjects:
        context = QueryContext(root=subject.value, subject={"kind": subject.kind, "name": subject.name})
        try:
            nodes = query.nodes(subject.value, (), context)
        except QueryError as error:
            document, path = subject.place(())
            place = Location(document.uri, document.region_of(path))
            yield Problem(error.code, error.message, "evaluation", hint=error.hint, location=place)
            continue
        for node in nodes:
            document, path = subject.place(() if node.path is None else node.path)
            location = Location(document.uri, document.region_of(path), path, format_path(path))
            yield QueryAnswer(node.value, location, node.path is None)


def query_doubts(expression: str, registry: Registry, kind: str = "") -> tuple[Problem, ...]:
    """Say, as warnings, what a rule with this query would be refused for: a field that can't be there."""
    schema = registry.kinds[kind].schema if kind else {}
    checked = check_query(expression, schema, registry.functions)
    return tuple(query_problem(error, expression)._replace(level="warning") for error in checked.errors)


def query_problem(error: QueryError, expression: str) -> Problem:
    """Turn an expression's error into a Problem that points into the expression."""
    from lictor.model import Context, Region

    column = (error.offset or 0) + 1
    place = Location("expression", Region(1, column, 1, column + 1), context=Context(1, expression))
    return Problem(error.code, error.message, "usage", hint=error.hint, location=place)
