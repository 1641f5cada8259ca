"""A goal: statements that must match one request, and statements that must not. Found, refuted, or neither.

Each goal is taken apart by classes of actions. What is left is a finite search over classes of callers, resources and
values of condition keys. Parts that can't be judged are switches of their own: the request is certain when it needs
none of them, and the goal is refuted when no position of the switches gives a request.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence

from lictor import NamedTuple
from lictor_plugins.reasoning import keys
from lictor_plugins.reasoning.classes import PRINCIPAL, RESOURCE, Classes, Setting
from lictor_plugins.reasoning.model import Condition, ContextValue, Request
from lictor_plugins.reasoning.operators import Truth, truths_of
from lictor_plugins.reasoning.principals import identify, is_about_star
from lictor_plugins.reasoning.resources import CROSSES, Stray
from lictor_plugins.reasoning.rules import Rule
from lictor_plugins.reasoning.search import Clause, lowest, merge, restrict, search
from lictor_plugins.reasoning.truths import caller_truths

_SWITCHES_CAP = 4
_BOTH = 0b11


class Found(NamedTuple):
    """A request that reaches a goal, and the doubtful parts that it needs."""

    request: Request
    doubts: tuple[str, ...] = ()


class _Doubtful(NamedTuple):
    """Classes for which a part matches when a switch is in a position."""

    classes: int
    switch: str
    position: int


class _Literal(NamedTuple):
    """A part of a statement as sets of classes: where it matches, and where that is doubtful."""

    variable: str
    yes: int
    maybe: tuple[_Doubtful, ...] = ()


def reach(must: Sequence[Rule], must_not: Sequence[Rule], action: str, setting: Setting) -> Found | None:
    """Find a request for an action that all of `must` and none of `must_not` match; all of them cover the action."""
    return _Reach(must, must_not, action, setting).find()


class _Reach:
    """One search: the statements as clauses over the classes of every variable."""

    def __init__(self, must: Sequence[Rule], must_not: Sequence[Rule], action: str, setting: Setting) -> None:
        self._setting = setting
        self._action = action
        self._must = must
        self._classes = Classes(must, must_not, action, setting)
        self._doubts: dict[str, str] = {}
        self._truths: dict[tuple[Condition, bool], _Literal] = {}

    def find(self) -> Found | None:
        classes = self._classes
        if not classes.callers or not classes.resources:
            return None
        classes.find_values()
        must_not: list[Clause] = [*classes.impossible]
        for rule in classes.must_not:
            must_not.extend(self._clauses(rule, is_wanted=False))
        for choice in itertools.product(*(list(self._clauses(rule, is_wanted=True)) for rule in self._must)):
            left: dict[str, int] | None = classes.domains | dict.fromkeys(self._doubts, _BOTH)
            for clause in choice:
                left = restrict(left, clause) if left is not None else None
            if left is None:
                continue
            found = search(left, must_not, self._setting.budget)
            if found is not None:
                return self._found(found)
        return None

    def _found(self, masks: Mapping[str, int]) -> Found:
        classes = self._classes
        caller = classes.callers[lowest(masks[PRINCIPAL])]
        context: dict[str, ContextValue] = {}
        used: list[str] = [doubt for name, doubt in self._doubts.items() if masks[name] != _BOTH]
        for key, values in classes.values.items():
            index = lowest(masks[key])
            if index >= len(values):
                used.append(classes.wild[key])
                continue
            value = values[index]
            if value is not None:
                context[key] = value
        derived = keys.derived_keys(caller, self._action)
        shown = {key: value for key, value in sorted(context.items()) if derived.get(key) != value}
        resource = classes.resources[lowest(masks[RESOURCE])]
        if isinstance(resource, Stray):
            resource = resource.text
            used.append(CROSSES)
        request = Request(caller, self._action, resource, shown)
        return Found(request, tuple(used))

    def _clauses(self, rule: Rule, *, is_wanted: bool) -> Iterator[Clause]:
        """Yield clauses, one of which holds exactly when the statement matches."""
        literals = list(self._literals(rule))
        if self._setting.is_certain or sum(len(each.maybe) for each in literals) > _SWITCHES_CAP:
            # A doubt never helps: it isn't enough for what must match and too much for what must not.
            is_reaching = self._setting.is_certain != is_wanted
            clause = merge(
                (each.variable, self._sure(each, is_wanted) | (_doubtful(each) if is_reaching else 0))
                for each in literals
            )
            if clause is not None:
                yield clause
            return
        ways = [
            [
                *([((each.variable, self._sure(each, is_wanted)),)] if each.yes or is_wanted else []),
                *(((each.variable, part.classes), (part.switch, part.position)) for part in each.maybe),
            ]
            for each in literals
        ]
        for way in itertools.product(*ways):
            clause = merge(itertools.chain.from_iterable(way))
            if clause is not None:
                yield clause

    def _sure(self, literal: _Literal, is_wanted: bool) -> int:
        """Return the classes for which a part matches; what must match may be any of the values that are not told."""
        is_wild = is_wanted and literal.variable in self._classes.wild
        return literal.yes | (1 << len(self._classes.values[literal.variable]) if is_wild else 0)

    def _literals(self, rule: Rule) -> Iterator[_Literal]:
        statement = rule.statement
        classes = self._classes
        if statement.principals is not None or statement.not_principals is not None:
            yield self._principal(rule)
        if statement.resources is not None or statement.not_resources is not None:
            truths = classes.covered(rule)
            yield self._literal(
                RESOURCE, truths, lambda _: self._name_of_resources(rule), is_turned=statement.resources is None
            )
        for condition in statement.conditions:
            yield self._condition(condition, rule.has_variables)
        if statement.doubt:
            plain = statement._replace(index=0, sid="", choice=None)
            yield self._literal(PRINCIPAL, [statement.doubt] * len(classes.callers), lambda _: f"statement {plain}")

    def _name_of_resources(self, rule: Rule) -> str:
        patterns = rule.statement.resources or rule.statement.not_resources or ()
        is_all = self._setting.has_strays
        holes = [text for text in patterns if is_all or "${" in text or text.count(":") < 5]  # noqa: PLR2004 - an ARN's colons
        return f"resource {sorted(holes)} {rule.has_variables}"

    def _principal(self, rule: Rule) -> _Literal:
        """Return which callers a statement names. Whether `*` means a kind of caller is one doubt of all statements."""
        statement = rule.statement
        callers = self._classes.callers
        truths = caller_truths(statement, rule.kind, callers)

        def name(index: int) -> str:
            if is_about_star(truths[index]):
                return f"'*' means {identify(callers[index]).kind}"
            return f"principal {statement.principals} {statement.not_principals}"

        return self._literal(PRINCIPAL, truths, name, is_turned=statement.principals is None)

    def _condition(self, condition: Condition, has_variables: bool) -> _Literal:
        known = self._truths.get((condition, has_variables))
        if known is not None:
            return known
        values = self._classes.values[condition.key]
        self._setting.budget.take(20 * len(condition.values) * len(values))
        truths = truths_of(condition, values, self._setting.context, has_variables=has_variables)
        literal = self._literal(condition.key, truths, lambda _: f"condition {condition} {has_variables}")
        self._truths[condition, has_variables] = literal
        return literal

    def _literal(
        self, variable: str, truths: Sequence[Truth], name: Callable[[int], str], *, is_turned: bool = False
    ) -> _Literal:
        """Make a literal of what is true of each class; `name` gives the switch of a class where nobody knows.

        The switch of a doubt is the same wherever it is in doubt for the same reason; `is_turned`: it counts there for
        what is left out.
        """
        yes = 0
        maybe: dict[str, int] = {}
        for index, truth in enumerate(truths):
            if truth is True:
                yes |= 1 << index
            elif truth is not False:
                switch = "" if self._setting.is_certain else name(index)
                maybe[switch] = maybe.get(switch, 0) | 1 << index
                self._setting.doubted.add(truth)
                if switch:
                    self._doubts.setdefault(switch, truth)
        position = 1 << is_turned
        return _Literal(variable, yes, tuple(_Doubtful(classes, switch, position) for switch, classes in maybe.items()))


def _doubtful(literal: _Literal) -> int:
    result = 0
    for part in literal.maybe:
        result |= part.classes
    return result
