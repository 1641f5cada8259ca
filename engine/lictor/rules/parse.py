"""From the data of a rule.yaml, or of a rule written inside a ruleset, to a Rule."""

from collections.abc import Iterator, Mapping
from typing import Any

from lictor.model import (
    Check,
    Document,
    EditAction,
    FixTemplate,
    Location,
    Path,
    Problem,
    RelatedQuery,
    Rule,
    RuleQueries,
    format_path,
)
from lictor.rules.parameters import value_complaints
from lictor.rules.places import Places

_ACTIONS: tuple[EditAction, ...] = ("set", "append", "add", "remove", "rename")
_FORMS = ("deny", "require", "check")
_QUERY_KEYS = ("for-each", "open", "let", "at", "highlight", "related")


def parse_rule(
    document: Document,
    path: Path,
    *,
    help: str = "",  # noqa: A002 - SARIF's name for a rule's page
    check: Check | None = None,
    distribution: str = "",
    validated: bool = False,
) -> tuple[Rule | None, tuple[Problem, ...]]:
    """Make a Rule of what a document holds at `path`, or say everything that is wrong with it, in file order.

    `check` is the rule's own Python check (a `check.py` beside it). With `validated`, the data is known to be right
    (the same content passed before) and is not looked at again.
    """
    data = document.data
    for element in path:
        data = data[element]
    problems = () if validated else tuple(_problems(document, path, data, check))
    if problems:
        return None, tuple(sorted(problems, key=position_of))
    return _rule(document, path, data, help, check, distribution), ()


def _problems(
    document: Document,
    path: Path,
    data: Any,  # noqa: ANN401 - anything yet
    check: Check | None,
) -> Iterator[Problem]:
    from lictor.rules.static import (
        syntax_problems,
    )  # with what checks schemas: not needed for what is known to be right
    from lictor.schema import problems_in

    found = [*problems_in(document, "rule", path)]
    if isinstance(data, dict):
        found += _form_problems(document, path, data, check)
        found += _parameter_problems(document, path, data)
    yield from found
    if found and isinstance(data, dict):
        yield from syntax_problems(_query_texts(data), Places(document, path))


def position_of(problem: Problem) -> tuple[str, int, int]:
    """Order problems as they stand in their files."""
    place = problem.location
    region = place.region if place else None
    return (place.uri if place else "", *(region[:2] if region else (0, 0)))


def _rule(
    document: Document,
    path: Path,
    data: Mapping[str, Any],
    page: str,
    check: Check | None,
    distribution: str,
) -> Rule:
    return Rule(
        id=data["id"],
        title=data["title"],
        message=data["message"],
        applies_to=tuple(data["applies-to"]),
        level=data.get("level", "warning"),
        queries=_queries(data) if "deny" in data or "require" in data else None,
        check=check,
        check_name=data.get("check", ""),
        security_severity=data.get("security-severity"),
        precision=data.get("precision", ""),
        tags=tuple(data.get("tags", ())),
        aliases=tuple(data.get("aliases", ())),
        references=tuple(data.get("references", ())),
        parameters=data.get("parameters", {}),
        fix=_fix(data["fix"]) if "fix" in data else None,
        help=page,
        distribution=distribution,
        location=Location(document.uri, document.region_of(path) if path else None, path, format_path(path)),
        places=Places(document, path),
        needs=tuple(data.get("needs", ())),
    )


def _queries(data: Mapping[str, Any]) -> RuleQueries:
    related = data.get("related", ())
    return RuleQueries(
        for_each=data.get("for-each", ""),
        deny=data.get("deny", ""),
        require=data.get("require", ""),
        open=data.get("open", ""),
        at=data.get("at", ""),
        related=(RelatedQuery(related),)
        if isinstance(related, str)
        else tuple(RelatedQuery(entry["query"], entry.get("message", "")) for entry in related),
        let=data.get("let", {}),
        highlight=data.get("highlight", "value"),
    )


def _fix(data: Mapping[str, Any]) -> FixTemplate:
    action = next(action for action in _ACTIONS if action in data)
    value = None if action == "remove" else data[action]
    return FixTemplate(action, data["description"], value, data.get("at", ""))


def _form_problems(document: Document, path: Path, data: Mapping[str, Any], check: Check | None) -> Iterator[Problem]:
    """Say whether the rule asks exactly one thing, and nothing that its form has no use for."""
    forms = [key for key in _FORMS if key in data]
    if check is not None and forms:
        message = f"'{forms[0]}' is here and a check.py lies beside the file: a rule has one of them"
        yield _bad_rule(document, path, (forms[0],), message, "remove one of the two")
    if check is None and not forms:
        hint = "deny: a query for what is wrong; require: for what must be there; check: a plugin's Python check"
        yield _bad_rule(document, path, (), "one of 'deny', 'require' and 'check' is missing", hint)
    if check is not None or forms == ["check"]:
        for key in _QUERY_KEYS:
            if key in data:
                message = f"'{key}' is for rules with 'deny' or 'require': a Python check gives its own places"
                yield _bad_rule(document, path, (key,), message, f"remove '{key}'")


def _parameter_problems(document: Document, path: Path, data: Mapping[str, Any]) -> Iterator[Problem]:
    """Say what is wrong with parameters' schemas, and with defaults that their own schemas refuse."""
    from jsonschema_rs import ValidationError, meta

    parameters = data.get("parameters")
    for name, schema in parameters.items() if isinstance(parameters, dict) else ():
        if not isinstance(schema, dict) or "default" not in schema:
            continue
        try:
            meta.validate(schema)
            complaints = list(value_complaints(schema, schema["default"]))
        except (ValidationError, ValueError) as error:
            place = ("parameters", name, *getattr(error, "instance_path", ()))
            message = f"not a JSON Schema: {getattr(error, 'message', error)}"
            yield _bad_rule(document, path, place, message, "see json-schema.org, draft 2020-12")
            continue
        for inner, message, hint in complaints:
            place = ("parameters", name, "default", *inner)
            yield _bad_rule(document, path, place, f"the default of '{name}' does not fit its schema: {message}", hint)


def _query_texts(data: Mapping[str, Any]) -> dict[str, str]:
    """Return every text of a rule that should hold JMESPath, by dotted key, from data that may be wrong anywhere."""
    texts = {key: data.get(key) for key in ("for-each", "deny", "require", "open", "at", "related")}
    named = data.get("let")
    texts |= {f"let.{key}": text for key, text in named.items()} if isinstance(named, dict) else {}
    related = data.get("related")
    for index, entry in enumerate(related if isinstance(related, list) else ()):
        texts |= {f"related.{index}.query": entry.get("query")} if isinstance(entry, dict) else {}
    fix = data.get("fix")
    texts |= {"fix.at": fix.get("at")} if isinstance(fix, dict) else {}
    return {key: text for key, text in texts.items() if isinstance(text, str) and text}


def _bad_rule(document: Document, base: Path, path: Path, message: str, hint: str) -> Problem:
    place = base + path
    region = document.region_of(place, "key" if path and isinstance(path[-1], str) else "value")
    if not path:
        first = next(iter(document.data if not base else ()), None)
        region = document.region_of((first,), "key") if isinstance(first, str) else region
    location = Location(document.uri, region, place, format_path(place))
    return Problem("bad-rule", message, "rule", hint=hint, location=location)
