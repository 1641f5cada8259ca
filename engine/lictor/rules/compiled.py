"""A rule ready to be asked: subject and parameters in, matches, messages and edits out."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from itertools import islice
from typing import Any, get_args

from lictor.model import (
    Check,
    EditAction,
    FindingKind,
    FixTemplate,
    Function,
    Highlight,
    Match,
    NamedCheck,
    Node,
    Path,
    RelatedMatch,
    Rule,
    Subject,
)
from lictor.query import Codes, FunctionTable, Query, QueryContext, QueryError, lazy_query
from lictor.rules.asking import Candidate, Questions, candidate_paths, compile_questions, find_matches, full_context
from lictor.rules.parameters import default_parameters
from lictor.rules.render import Template, ValueTemplate, compile_template, compile_value
from lictor.rules.scope import message_scope, nearest_path, value_at
from lictor.values import NamedTuple

_MAX_MATCHES = 200_000
"""As many as a query's result may hold; a check in Python may yield for ever."""

Edit = tuple[EditAction, Path, Any, str]
"""What a fix does: action, path in the subject's value, the new value, and a description for people."""


class _Fix(NamedTuple):
    action: EditAction
    at: Query | None
    value: ValueTemplate
    description: Template


class CompiledRule(NamedTuple):
    """A rule whose queries are compiled. Parameters that are not given have their defaults."""

    rule: Rule
    find: Callable[[Subject, Mapping[str, Any], bool], list[Match]]
    questions: Questions | None
    text: Callable[[], Template]
    fix: Callable[[], _Fix | None]
    defaults: Mapping[str, Any]

    def matches(self, subject: Subject, parameters: Mapping[str, Any], *, is_likely: bool = False) -> list[Match]:
        """Return every place where the rule speaks. Raises QueryError, and whatever a Python check raises.

        That it is likely to speak changes nothing but how long it takes to find out.
        """
        return self.find(subject, self._full(parameters), is_likely)

    def candidates(self, subject: Subject, parameters: Mapping[str, Any]) -> tuple[Path, ...]:
        """Return the paths of what the rule looked at one by one: the whole subject without a `for-each`."""
        if self.questions is None:
            return ((),)
        return candidate_paths(self.questions, subject, self._full(parameters))

    def message(self, subject: Subject, match: Match, parameters: Mapping[str, Any]) -> str:
        """Return what to tell people about a match. Raises QueryError."""
        text = self.text()
        fixed = text.fixed
        if fixed is not None:
            return fixed
        full = self._full(parameters)
        return text.render(message_scope(subject, match, full), self._context(subject, match, full))

    def edits(self, subject: Subject, match: Match, parameters: Mapping[str, Any]) -> tuple[Edit, ...]:
        """Return the edits that mend a match, none when the rule has no fix for it. Raises QueryError."""
        fix = self.fix() if match.kind == "fail" else None
        if fix is None:
            return ()
        full = self._full(parameters)
        context = self._context(subject, match, full)
        scope = message_scope(subject, match, full)
        place = match.candidate if match.path is None else match.path
        paths: tuple[Path | None, ...] = (place,)
        if fix.at is not None:
            paths = tuple(node.path for node in fix.at.nodes(value_at(subject.value, place), place, context))
        value, description = fix.value.fill(scope, context), fix.description.render(scope, context)
        return tuple((fix.action, path, value, description) for path in paths if path is not None)

    def _full(self, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**self.defaults, **parameters} if self.defaults else parameters

    def _context(self, subject: Subject, match: Match, parameters: Mapping[str, Any]) -> QueryContext:
        is_computed = "each" in match.values
        value = match.values["each"] if is_computed else value_at(subject.value, match.candidate)
        each = Candidate(Node(value, None if is_computed else match.candidate), match.candidate)
        return full_context(self.questions, subject, parameters, each)


def compile_rule(
    rule: Rule,
    functions: Mapping[str, Function] | FunctionTable,
    checks: Mapping[str, NamedCheck] | None = None,
    codes: Codes | None = None,
) -> CompiledRule:
    """Make a rule ready to be asked; `checks` are those that YAML rules may name. Raises QueryError.

    A query is compiled when it first runs, unless `codes` holds it already.
    """
    make_query = partial(lazy_query, functions=functions, codes=codes)
    if rule.check_name:
        named = (checks or {}).get(rule.check_name)
        if named is None:
            raise QueryError("unknown-check", f"no check '{rule.check_name}'", "which plugin registers it?")
        rule = rule._replace(check=named.check)
    questions = None
    if rule.queries is not None:
        questions = compile_questions(rule.queries, make_query)
        find: Callable[[Subject, Mapping[str, Any], bool], list[Match]] = partial(find_matches, questions)
    elif rule.check is not None:
        find = _calling(rule.check)
    else:
        raise QueryError("bad-rule", f"rule '{rule.id}' has neither queries nor a check")
    # most rules find nothing, and so neither say anything nor mend it
    message = cache(partial(compile_template, rule.message, make_query))
    fix = cache(partial(_compile_fix, rule.fix, make_query))
    return CompiledRule(rule, find, questions, message, fix, default_parameters(rule))


def compile_queries(rule: Rule, make_query: Callable[[str], Query]) -> None:
    """Compile every query that a rule may ask: of its own, of its message, of its fix. Raises QueryError."""
    if rule.queries is not None:
        compile_questions(rule.queries, make_query)
    compile_template(rule.message, make_query)
    _compile_fix(rule.fix, make_query)


def _compile_fix(fix: FixTemplate | None, make_query: Callable[[str], Query]) -> _Fix | None:
    if fix is None:
        return None
    return _Fix(
        fix.action,
        make_query(fix.at) if fix.at else None,
        compile_value(fix.value, make_query),
        compile_template(fix.description, make_query),
    )


def _calling(check: Check) -> Callable[[Subject, Mapping[str, Any], bool], list[Match]]:
    def find(subject: Subject, parameters: Mapping[str, Any], _is_likely: bool) -> list[Match]:
        found = list(islice(check(subject, parameters), _MAX_MATCHES + 1))
        if len(found) > _MAX_MATCHES:
            raise ValueError(f"it yields more than {_MAX_MATCHES} matches on one subject")
        return [_completed(match, subject) for match in found]

    return find


def _completed(match: Match, subject: Subject) -> Match:
    """Fill in what a Python check left out. Its paths may point at what is not there: the nearest place stands in."""
    _refuse_wrong_types(match)
    path = None if match.path is None else nearest_path(subject.value, match.path)
    found = match.found
    if found is None:
        found = value_at(subject.value, match.candidate if path is None else path)
    related = tuple(other._replace(path=nearest_path(subject.value, other.path)) for other in match.related)
    candidate = nearest_path(subject.value, match.candidate)
    return match._replace(path=path, found=found, related=related, candidate=candidate)


def _refuse_wrong_types(match: object) -> None:
    """Raise TypeError for what a check in Python may get wrong: a misspelt kind must not read as a pass."""
    if not isinstance(match, Match):
        raise TypeError(f"a check yields Match values, found {type(match).__name__}")
    for name, allowed in (("kind", get_args(FindingKind)), ("highlight", get_args(Highlight))):
        if getattr(match, name) not in allowed:
            raise TypeError(f"Match.{name}: expected one of {', '.join(allowed)}, found {getattr(match, name)!r}")
    paths = [("path", () if match.path is None else match.path), ("candidate", match.candidate)]
    for related in match.related:
        if not isinstance(related, RelatedMatch):
            raise TypeError(f"Match.related: expected RelatedMatch values, found {type(related).__name__}")
        paths.append(("related", related.path))
    for name, path in paths:
        if not isinstance(path, tuple) or not all(isinstance(step, (str, int)) for step in path):
            raise TypeError(f"Match.{name}: expected a tuple of keys and indices, found {path!r}")
