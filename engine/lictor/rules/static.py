"""Check a rule before it runs: its kinds, its queries against the kinds' schemas, its message, its named check."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from lictor.errors import did_you_mean
from lictor.model import Location, Problem, Rule, RuleQueries
from lictor.query import CheckedQuery, QueryError, check_query, compile_query
from lictor.registry import Registry
from lictor.rules.render import strings_in
from lictor.rules.scalars import location_at
from lictor.rules.templates import Field, TemplateError, split_template
from lictor.subjects import wanted_kinds
from lictor.values import NamedTuple

_ANYTHING: Mapping[str, Any] = {}
_SUBJECT_SCHEMA = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("kind", "name", "uri", "path")},
}


class _Complaint(NamedTuple):
    """An error in the text under a key; `offset` counts from that text's start."""

    key: str
    text: str
    error: QueryError
    offset: int | None


class _Schemas(NamedTuple):
    """What is known of the values around a query. `origin` is what `at`, `related` and a fix start from."""

    root: Mapping[str, Any]
    each: Mapping[str, Any] = _ANYTHING
    found: Mapping[str, Any] = _ANYTHING
    origin: Mapping[str, Any] = _ANYTHING
    let: Mapping[str, Mapping[str, Any]] = MappingProxyType({})


_Check = Callable[[str, Mapping[str, Any], _Schemas], CheckedQuery]


def check_rule(rule: Rule, registry: Registry) -> tuple[Problem, ...]:
    """Say what is wrong with a rule that only shows beside what is registered, in file order.

    A field is reported when it can't exist in any of the kinds that the rule applies to.
    """
    problems = [*_kind_problems(rule, registry), *_named_check_problems(rule, registry)]
    problems += [_problem(complaint, rule.places) for complaint in _complaints(rule, registry)]
    return tuple(sorted(problems, key=_position))


def syntax_problems(texts: Mapping[str, str], places: Mapping[str, Location]) -> Iterator[Problem]:
    """Say which of a rule's queries (by dotted key) can't even be parsed."""
    for key, text in texts.items():
        try:
            compile_query(text)
        except QueryError as error:
            if error.code != "unknown-function":
                yield _problem(_Complaint(key, text, error, error.offset), places)


def matching_kinds(pattern: str, kinds: Iterable[str]) -> tuple[str, ...]:
    """Return the kinds that an entry of `applies-to` stands for.

    >>> matching_kinds("aws.iam.*", ["aws.iam.role", "document"])
    ('aws.iam.role',)
    """
    return tuple(sorted(wanted_kinds((pattern,), kinds)))


def _kind_problems(rule: Rule, registry: Registry) -> Iterator[Problem]:
    for index, pattern in enumerate(rule.applies_to):
        if not matching_kinds(pattern, registry.kinds):
            yield Problem(
                "unknown-kind",
                f"no kind of subject '{pattern}'",
                "rule",
                hint=did_you_mean(pattern, registry.kinds) or "lictor plugins lists the kinds that are there",
                location=_place(rule.places, f"applies-to.{index}") or rule.location,
            )


def _named_check_problems(rule: Rule, registry: Registry) -> Iterator[Problem]:
    if rule.check_name and rule.check_name not in registry.checks:
        names = sorted(registry.checks)
        yield Problem(
            "unknown-check",
            f"no check '{rule.check_name}'",
            "rule",
            hint=did_you_mean(rule.check_name, names)
            or (f"registered checks: {', '.join(names)}" if names else "no plugin registers checks"),
            location=_place(rule.places, "check") or rule.location,
        )


def _complaints(rule: Rule, registry: Registry) -> list[_Complaint]:
    """Collect what is wrong for every kind alike."""
    names = sorted({name for pattern in rule.applies_to for name in matching_kinds(pattern, registry.kinds)})
    schemas: list[Mapping[str, Any]] = []
    for name in names:
        schema = registry.kinds[name].schema
        if not schema:
            schemas = []  # a kind without a schema may have any field
            break
        if schema not in schemas:
            schemas.append(schema)
    schemas = schemas or [_ANYTHING]
    first, *others = [list(_complaints_for(rule, registry, schema)) for schema in schemas]
    common = set.intersection(*({_identity(one) for one in some} for some in (first, *others)))
    return [one for one in first if _identity(one) in common]


def _identity(complaint: _Complaint) -> tuple[str, str, int | None]:
    return complaint.key, complaint.error.code, complaint.offset


def _complaints_for(rule: Rule, registry: Registry, schema: Mapping[str, Any]) -> Iterator[_Complaint]:
    def check(text: str, current: Mapping[str, Any], around: _Schemas) -> CheckedQuery:
        return check_query(
            text,
            current,
            registry.functions,
            root_schema=around.root,
            each_schema=around.each,
            let_schemas=around.let,
            parameters=rule.parameters,
        )

    found: list[_Complaint] = []
    around = _Schemas(schema)
    if rule.queries is not None:
        around = _check_queries(rule.queries, around._replace(each=schema), check, found)
    _check_texts(rule, around, check, found)
    yield from found


def _check_queries(queries: RuleQueries, around: _Schemas, check: _Check, found: list[_Complaint]) -> _Schemas:
    """Check every query; what they return is what the message and the fix see."""

    def ask(key: str, text: str, current: Mapping[str, Any], around: _Schemas) -> Mapping[str, Any]:
        checked = check(text, current, around)
        found.extend(_Complaint(key, text, error, error.offset) for error in checked.errors)
        return checked.schema

    around = around._replace(let=dict.fromkeys(queries.let, _ANYTHING))
    if queries.for_each:
        around = around._replace(each=element_schema(ask("for-each", queries.for_each, around.root, around)))
    for name, text in queries.let.items():
        result = ask(f"let.{name}", text, around.each, around)
        around = around._replace(let={**around.let, name: result})
    if queries.deny:
        result = element_schema(ask("deny", queries.deny, around.each, around))
        around = around._replace(found=result if not queries.open else _ANYTHING)
    if queries.require:
        ask("require", queries.require, around.each, around)
        around = around._replace(found=around.each if not queries.open else _ANYTHING)
    if queries.open:
        ask("open", queries.open, around.each, around)
    around = around._replace(origin=around.each if _is_computed(around.found) else around.found)
    if queries.at:
        ask("at", queries.at, around.origin, around)
    for index, related in enumerate(queries.related):
        ask(f"related.{index}.query", related.query, around.origin, around)
    return around


def _check_texts(rule: Rule, around: _Schemas, check: _Check, found: list[_Complaint]) -> None:
    """Check the fields of all templates, and where a fix applies."""
    scope: dict[str, Any] = {
        "type": "object",
        "properties": {
            "subject": _SUBJECT_SCHEMA,
            "each": around.each,
            "found": around.found,
            "parameters": {"type": "object", "properties": rule.parameters, "additionalProperties": False},
        },
        "additionalProperties": rule.queries is None,
        "$defs": {**around.each.get("$defs", {}), **around.found.get("$defs", {})},
    }
    texts = [("message", rule.message, scope)]
    for index, related in enumerate(rule.queries.related if rule.queries else ()):
        with_related = {**scope, "properties": {**scope["properties"], "related": _ANYTHING}}
        texts.append((f"related.{index}.message", related.message, with_related))
    if rule.fix is not None:
        texts.append(("fix.description", rule.fix.description, scope))
        texts += [(f"fix.{rule.fix.action}", text, scope) for text in strings_in(rule.fix.value)]
        if rule.fix.at:
            checked = check(rule.fix.at, around.origin, around)
            found.extend(_Complaint("fix.at", rule.fix.at, error, error.offset) for error in checked.errors)
    for key, text, visible in texts:
        found.extend(_template_complaints(key, text, visible, around, check))


def _template_complaints(
    key: str, text: str, scope: Mapping[str, Any], around: _Schemas, check: _Check
) -> Iterator[_Complaint]:
    try:
        parts = split_template(text)
    except TemplateError as error:
        yield _Complaint(key, text, QueryError("bad-message", error.message, error.hint, error.offset), error.offset)
        return
    for part in parts:
        if isinstance(part, Field):
            for wrong in check(part.expression, scope, around).errors:
                yield _Complaint(key, text, wrong, part.offset + (wrong.offset or 0))


def element_schema(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of one node of a result: a list's elements, or else the result itself.

    >>> element_schema({"type": "array", "items": {"type": "string"}})
    {'type': 'string'}
    """
    definitions = {"$defs": schema["$defs"]} if "$defs" in schema else {}
    if isinstance(schema.get("anyOf"), list):
        return {"anyOf": [element_schema(one) for one in schema["anyOf"]], **definitions}
    types = _types(schema)
    if types == {"array"}:
        items = schema.get("items", _ANYTHING)
        return {**items, **definitions} if isinstance(items, Mapping) and items else _ANYTHING
    return _ANYTHING if "array" in types else schema


def _is_computed(schema: Mapping[str, Any]) -> bool:
    """Tell whether a result is a plain yes or no, which stands nowhere: then the candidate is looked at."""
    return _types(schema) == {"boolean"}


def _types(schema: Mapping[str, Any]) -> set[str]:
    types = schema.get("type")
    return ({types} if isinstance(types, str) else set(types or ())) - {"null"}


def _problem(complaint: _Complaint, places: Mapping[str, Location]) -> Problem:
    place = _place(places, complaint.key)
    return Problem(
        code=complaint.error.code,
        message=f"'{complaint.key}': {complaint.error.message}",
        phase="rule",
        hint=complaint.error.hint,
        location=location_at(place, complaint.text, complaint.offset) if place else None,
    )


def _place(places: Mapping[str, Location], key: str) -> Location | None:
    """Return the place of a key, or of the nearest key above it that was written down."""
    while key:
        if key in places:
            return places[key]
        key = key.rpartition(".")[0]
    return None


def _position(problem: Problem) -> tuple[int, int]:
    region = problem.location.region if problem.location else None
    return (region.start_line, region.start_column) if region else (0, 0)
