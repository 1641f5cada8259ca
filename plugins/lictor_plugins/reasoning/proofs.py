"""Goals tried one after another, with every reading of what is in doubt, until one is reached or all are refuted."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from lictor import NamedTuple
from lictor_plugins.reasoning import keys
from lictor_plugins.reasoning.actions import ASSUME_ACTIONS, TRUST_ACTIONS, ActionIndex, may_call
from lictor_plugins.reasoning.callers import ARN_KEYS, callers_of
from lictor_plugins.reasoning.classes import Setting
from lictor_plugins.reasoning.goals import Found, reach
from lictor_plugins.reasoning.guessing import guesses
from lictor_plugins.reasoning.implying import implies
from lictor_plugins.reasoning.model import Answer, ContextValue, Principal, Request
from lictor_plugins.reasoning.partition import Budget, TooManyClassesError, TooManyStepsError
from lictor_plugins.reasoning.physics import Exclusion
from lictor_plugins.reasoning.resources import CROSSES, crosses
from lictor_plugins.reasoning.rules import Rule, variables_of, with_variables
from lictor_plugins.reasoning.symbols import by_name, filled, namesakes, opaque, substitutions
from lictor_plugins.reasoning.truths import caller_truths
from lictor_plugins.reasoning.variables import has_dollar, has_variable
from lictor_plugins.reasoning.witness import nicer

DIFFER = "the search and the evaluation of the request differ"
_TOO_MANY = "the policies are too entangled to be told apart within the steps a question may take"
_LARGE = 12
_GUESSES = 24


class Goal(NamedTuple):
    """Statements that must match a request and statements that must not."""

    must: tuple[Rule, ...]
    must_not: tuple[Rule, ...]


class Scope(NamedTuple):
    """Which requests a question is about.

    `accounts` are told apart from others, `is_asked` picks the callers (None: all), `action` and `resource` are given
    or free. Of a trust policy, `calls` are the actions that count.
    """

    accounts: frozenset[str] = frozenset()
    is_asked: Callable[[Principal], bool] | None = None
    exclusions: tuple[Exclusion, ...] = ()
    fixed: Mapping[str, ContextValue] = {}
    principal: Principal | None = None
    action: str | None = None
    resource: str | None = None
    has_services: bool = True
    is_trust: bool = False
    calls: tuple[str, ...] = TRUST_ACTIONS

    @property
    def is_open(self) -> bool:
        """Tell whether the question is about all requests."""
        return self.principal is None and self.action is None and self.resource is None and self.is_asked is None


def answer(
    goals: Iterable[Goal], scope: Scope, is_witness: Callable[[Request], bool], budget: Budget | None = None
) -> Answer:
    """Reach one of the goals with a request that the evaluator agrees to, or prove that none can be reached."""
    goals = [Goal(*(tuple(map(with_variables, part)) for part in goal)) for goal in goals]
    goals = [goal for goal in goals if not _is_hopeless(goal)]
    if not goals:
        return Answer("no")
    try:
        return _guessed(goals, scope, is_witness) or _searched(goals, scope, is_witness, budget or Budget())
    except (TooManyClassesError, TooManyStepsError):
        return Answer("unknown", because=_TOO_MANY)
    except _UndecidedError as error:
        return Answer("unknown", because=str(error))


def _is_hopeless(goal: Goal) -> bool:
    """Tell whether what must match is something that must not, as can be seen from how they are written."""
    if not variables_of((*goal.must, *goal.must_not)):
        return False  # the search tells as fast
    return any(implies(rule, other) for rule in goal.must for other in goal.must_not)


def _guessed(goals: Sequence[Goal], scope: Scope, is_witness: Callable[[Request], bool]) -> Answer | None:
    """Try plausible requests: in a large policy a good guess saves telling all of its resources apart."""
    if not scope.is_open:
        return None
    large = [goal for goal in goals if len(goal.must_not) > _LARGE]
    tried = (guess for goal in large for guess in guesses(*goal, scope.fixed, is_plain=False))
    for guess in itertools.islice(tried, _GUESSES):
        if is_witness(guess):
            return Answer("yes", guess)
    return None


def _searched(goals: Sequence[Goal], scope: Scope, is_witness: Callable[[Request], bool], budget: Budget) -> Answer:
    def is_asked_for(request: Request) -> bool:
        is_given = scope.principal in (None, request.principal) and scope.resource in (None, request.resource)
        return is_given and is_witness(request)

    blame = ""
    doubted: list[set[str]] = [set() for _ in goals]
    for goal, doubts in zip(goals, doubted, strict=True):
        guess = next(guesses(*goal, scope.fixed, is_plain=True), None) if scope.is_open else None
        if guess is not None and is_witness(guess):
            return Answer("yes", guess)
        for certain in _certain_runs(goal, scope, budget, doubts):
            shown = nicer(certain.request, [*goal.must, *goal.must_not], is_asked_for, scope.fixed)
            if shown is not None:
                return Answer("yes", shown)
            blame = blame or DIFFER
    for goal, doubts in zip(goals, doubted, strict=True):
        if not blame and not doubts and not any(map(_is_riddle, (*goal.must, *goal.must_not))):
            # Where nothing was in doubt, that no request was found is the proof.
            continue
        possible = _possible(goal, scope, budget)
        if possible is not None:
            doubt = by_name(possible.doubts[0]) if possible.doubts else ""
            if blame and any(map(_crosses, (*goal.must, *goal.must_not))):
                blame = CROSSES
            return Answer("unknown", because=doubt or blame or "a policy variable decides")
    return Answer("no")


class _UndecidedError(Exception):
    """A question can't be decided; the text says why."""


def _is_riddle(rule: Rule) -> bool:
    """Tell whether a statement has parts that the search for what is possible reads in another way."""
    statement = rule.statement
    actions = statement.not_actions if statement.actions is None else statement.actions
    if actions is None or has_dollar(statement) or _crosses(rule):
        return True
    return any("${" in text for text in actions)


def _certain_runs(goal: Goal, scope: Scope, budget: Budget, doubted: set[str]) -> Iterator[Found]:
    rules = [*goal.must, *goal.must_not]
    callers = _callers(goal, scope, budget)
    variables = variables_of(rules)
    for context in substitutions(variables, callers, rules, scope.fixed):
        people = _people(goal, scope, budget, callers, context)
        setting = Setting(people, budget, doubted, scope.exclusions, scope.fixed, scope.resource, context)
        found = _reach_any(goal, setting, scope)
        if found is not None:
            yield found


def _people(
    goal: Goal, scope: Scope, budget: Budget, callers: tuple[Principal, ...], context: Mapping[str, ContextValue]
) -> tuple[Principal, ...]:
    """Return callers, with those whom only the values of policy variables tell apart."""
    if scope.principal is not None or not context:
        return callers
    conditions = [each for rule in (*goal.must, *goal.must_not) for each in rule.statement.conditions]
    told: tuple[Principal, ...] = ()
    if any(each.key in ARN_KEYS and any(map(has_variable, each.values)) for each in conditions):
        told = _callers(Goal(*(tuple(filled(rule, context) for rule in part) for part in goal)), scope, budget)
    more = (*namesakes(callers, context), *told)
    return tuple(dict.fromkeys((*callers, *more))) if more else callers


def _possible(goal: Goal, scope: Scope, budget: Budget) -> Found | None:
    """Look for a request with every switch free and policy variables standing for any text."""
    rules = [*goal.must, *goal.must_not]
    variables = variables_of(rules)
    given = {key: value for key, value in scope.fixed.items() if key in variables}
    by_absence: dict[frozenset[str], list[Principal]] = {}
    for caller in _callers(goal, scope, budget):
        # What a kind of caller never has is no riddle: its variable has no value, or its default.
        absent = frozenset(key for key in variables if keys.presence(key, caller, "") == "never")
        by_absence.setdefault(absent | frozenset(given), []).append(caller)
    for known, callers in by_absence.items():
        hidden = Goal(*(tuple(opaque(rule, known) for rule in part) for part in goal))
        setting = Setting(
            tuple(callers), budget, set(), scope.exclusions, scope.fixed, scope.resource, given, is_certain=False
        )
        found = _possibly_beyond(hidden, setting, scope)
        if found is not None:
            return found
    return None


def _possibly_beyond(goal: Goal, setting: Setting, scope: Scope) -> Found | None:
    """Reach a goal by resources as they are documented, or by those to which stars may go that cross parts."""
    found = _reach_any(goal, setting, scope)
    if found is not None or not any(map(_crosses, (*goal.must, *goal.must_not))) or scope.resource is not None:
        return found
    # What is so for patterns read part by part is so for stars that cross parts as well, as a rule.
    if _reach_any(goal, setting._replace(has_strays=True), scope) is None:
        return None
    found = _reach_any(goal, setting._replace(is_by_part=False), scope)
    return found._replace(doubts=found.doubts or (CROSSES,)) if found is not None else None


def _callers(goal: Goal, scope: Scope, budget: Budget) -> tuple[Principal, ...]:
    if scope.principal is not None:
        return (scope.principal,)
    callers, doubt = callers_of(goal.must, goal.must_not, scope.accounts, budget, has_services=scope.has_services)
    if doubt:
        raise _UndecidedError(doubt)
    return tuple(filter(scope.is_asked, callers)) if scope.is_asked is not None else callers


def _reach_any(goal: Goal, setting: Setting, scope: Scope) -> Found | None:
    people = _named_by_all(goal.must, setting)
    if not people:
        return None
    rules = [*goal.must, *goal.must_not]
    wanted = len(goal.must)
    index = ActionIndex(rules, is_certain=setting.is_certain, wanted=wanted)
    needed = (1 << wanted) - 1
    refuted: list[tuple[int, tuple[Principal, ...], str]] = []
    for action, covering in _actions(goal, index, setting, scope):
        if covering & needed != needed:
            continue
        spelt = index.spellings.get(action, action)
        callers = tuple([each for each in people if may_call(each, spelt)]) if scope.is_trust else people
        # Which keys there are depends on the action for calls of STS alone.
        call = spelt.lower() if spelt[:4].lower() == "sts:" else ""
        if not callers or any(
            left & covering == left and (who, same) == (callers, call) for left, who, same in refuted
        ):
            # What can't be reached past some statements can't be past more of them.
            continue
        live = [rule for number, rule in enumerate(rules) if covering >> number & 1]
        asked = setting if callers == setting.callers else setting._replace(callers=callers)
        found = reach(live[:wanted], live[wanted:], spelt, asked)
        if found is not None:
            return found
        refuted.append((covering, callers, call))
    return None


def _named_by_all(must: Iterable[Rule], setting: Setting) -> tuple[Principal, ...]:
    """Return the callers whom all statements that must match may name."""
    callers = setting.callers
    for rule in must:
        setting.budget.take(5 * len(callers))
        truths = caller_truths(rule.statement, rule.kind, callers)
        if False in truths:
            callers = tuple([each for each, truth in zip(callers, truths, strict=True) if truth is not False])
    return callers


def _actions(goal: Goal, index: ActionIndex, setting: Setting, scope: Scope) -> Iterable[tuple[str, int]]:
    """Return actions to ask about, each with the statements that cover it."""
    if scope.action is not None:
        return ((scope.action, index.covering(scope.action.lower())),)
    if scope.is_trust:
        # The calls that only go with another are alike: who makes them, and which keys there are.
        told: dict[tuple[int, str], str] = {}
        for action in scope.calls:
            told.setdefault((index.covering(action.lower()), action if action in ASSUME_ACTIONS else ""), action)
        return [(action, covering) for (covering, _), action in told.items()]
    return index.classes(goal.must[0], setting.budget)


def _crosses(rule: Rule) -> bool:
    statement = rule.statement
    return any(map(crosses, (*(statement.resources or ()), *(statement.not_resources or ()))))
