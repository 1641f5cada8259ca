"""Goals tried one after another, with every reading of what is in doubt, until one is reached or all are refuted."""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lictor_plugins.reasoning import keys
from lictor_plugins.reasoning.actions import TRUST_ACTIONS, ActionIndex
from lictor_plugins.reasoning.callers import callers_of
from lictor_plugins.reasoning.goals import Found, Setting, reach
from lictor_plugins.reasoning.model import Answer, Condition, ContextValue, Principal, Request
from lictor_plugins.reasoning.partition import Budget, TooManyClassesError, TooManyStepsError
from lictor_plugins.reasoning.physics import Exclusion
from lictor_plugins.reasoning.principals import identify
from lictor_plugins.reasoning.resources import CROSSES, crosses
from lictor_plugins.reasoning.rules import Rule, variables_of
from lictor_plugins.reasoning.witness import guesses, nicer

DIFFER = "the search and the evaluation of the request differ"
_TOO_MANY = "the policies are too entangled to be told apart within the steps a question may take"
_HIDDEN = re.compile(r"'\$\{(aws|sts|saml|iam|s3|ec2|kms)\.([\w/-]+)\}' is not known before deployment", re.ASCII)
_SUBSTITUTIONS = 8
_LARGE = 12
_GUESSES = 24


class Goal(NamedTuple):
    """Statements that must match a request and statements that must not."""

    must: tuple[Rule, ...]
    must_not: tuple[Rule, ...]


class Scope(NamedTuple):
    """Which requests a question is about.

    `accounts` are told apart from others, `is_asked` picks the callers, `actions` and `resource` are given or free.
    """

    accounts: frozenset[str] = frozenset()
    is_asked: Callable[[Principal, str], bool] = lambda _principal, _action: True
    exclusions: tuple[Exclusion, ...] = ()
    fixed: Mapping[str, ContextValue] = {}
    principal: Principal | None = None
    action: str | None = None
    resource: str | None = None
    has_services: bool = True
    is_trust: bool = False


def answer(
    goals: Iterable[Goal], scope: Scope, is_witness: Callable[[Request], bool], budget: Budget | None = None
) -> Answer:
    """Reach one of the goals with a request that the evaluator agrees to, or prove that none can be reached."""
    goals = list(goals)
    try:
        return _guessed(goals, scope, is_witness) or _searched(goals, scope, is_witness, budget or Budget())
    except (TooManyClassesError, TooManyStepsError):
        return Answer("unknown", because=_TOO_MANY)
    except _UndecidedError as error:
        return Answer("unknown", because=str(error))


def _guessed(goals: Sequence[Goal], scope: Scope, is_witness: Callable[[Request], bool]) -> Answer | None:
    """Try plausible requests: in a large policy a good guess saves telling all of its resources apart."""
    if scope.principal is not None or scope.action is not None or scope.resource is not None:
        return None
    large = [goal for goal in goals if len(goal.must_not) > _LARGE]
    tried = (guess for goal in large for guess in guesses(goal.must, scope.fixed))
    for guess in itertools.islice(tried, _GUESSES):
        if is_witness(guess):
            return Answer("yes", guess)
    return None


def _searched(goals: Sequence[Goal], scope: Scope, is_witness: Callable[[Request], bool], budget: Budget) -> Answer:
    blame = ""
    for goal in goals:
        for certain in _certain_runs(goal, scope, budget):
            shown = nicer(certain.request, [*goal.must, *goal.must_not], is_witness, scope.fixed)
            if shown is not None:
                return Answer("yes", shown)
            blame = blame or DIFFER
    for goal in goals:
        possible = _possible(goal, scope, budget)
        if possible is not None:
            doubt = _named_variable(possible.doubts[0]) if possible.doubts else ""
            if blame and any(map(_crosses, (*goal.must, *goal.must_not))):
                blame = CROSSES
            return Answer("unknown", because=doubt or blame or "a policy variable decides")
    return Answer("no")


def _named_variable(doubt: str) -> str:
    """Call a policy variable that was hidden by its own name."""
    hidden = _HIDDEN.fullmatch(doubt)
    return f"what '${{{hidden[1]}:{hidden[2]}}}' stands for decides" if hidden else doubt


class _UndecidedError(Exception):
    """A question can't be decided; the text says why."""


def _certain_runs(goal: Goal, scope: Scope, budget: Budget) -> Iterator[Found]:
    rules = [*goal.must, *goal.must_not]
    callers = _callers(rules, scope, budget)
    variables = variables_of(rules)
    for context in _substitutions(variables, callers, rules, scope):
        setting = Setting(
            callers, budget, scope.exclusions, scope.fixed, scope.resource, context, is_certain=True, is_by_part=True
        )
        found = _reach_any(goal, setting, scope)
        if found is not None:
            yield found


def _possible(goal: Goal, scope: Scope, budget: Budget) -> Found | None:
    """Look for a request with every switch free and policy variables standing for any text."""
    variables = variables_of([*goal.must, *goal.must_not])
    given = {key: value for key, value in scope.fixed.items() if key in variables}
    opaque = Goal(*(tuple(_opaque(rule, frozenset(given)) for rule in rules) for rules in goal))
    rules = [*opaque.must, *opaque.must_not]
    callers = _callers(rules, scope, budget)
    setting = Setting(callers, budget, scope.exclusions, scope.fixed, scope.resource, given, is_certain=False)
    found = _reach_any(opaque, setting, scope)
    if found is not None or not any(map(_crosses, rules)) or scope.resource is not None:
        return found
    # What is so for patterns read part by part is so for stars that cross parts as well, as a rule.
    if _reach_any(opaque, setting._replace(has_strays=True), scope) is None:
        return None
    found = _reach_any(opaque, setting._replace(is_by_part=False), scope)
    return found._replace(doubts=found.doubts or (CROSSES,)) if found is not None else None


def _callers(rules: Sequence[Rule], scope: Scope, budget: Budget) -> tuple[Principal, ...]:
    if scope.principal is not None:
        return (scope.principal,)
    has_principals = any(rule.kind in ("trust", "resource", "rcp") for rule in rules)
    callers, doubt = callers_of(
        [rule.statement for rule in rules],
        scope.accounts,
        budget,
        has_principals=has_principals,
        has_services=scope.has_services,
        has_tokens=any(rule.kind == "trust" for rule in rules),
        has_anonymous=any(rule.kind in ("resource", "rcp") for rule in rules),
    )
    if doubt:
        raise _UndecidedError(doubt)
    return callers


def _reach_any(goal: Goal, setting: Setting, scope: Scope) -> Found | None:
    rules = [*goal.must, *goal.must_not]
    wanted = len(goal.must)
    index = ActionIndex(rules, is_certain=setting.is_certain, wanted=wanted)
    needed = (1 << wanted) - 1
    if scope.action is not None:
        classes: Iterable[tuple[str, int]] = ((scope.action, index.covering(scope.action.lower())),)
    elif scope.is_trust:
        classes = [(action, index.covering(action.lower())) for action in TRUST_ACTIONS]
    else:
        classes = index.classes(goal.must[0], setting.budget)
    for action, covering in classes:
        if covering & needed != needed:
            continue
        spelt = index.spellings.get(action, action)
        live = [rule for number, rule in enumerate(rules) if covering >> number & 1]
        callers = tuple(caller for caller in setting.callers if scope.is_asked(caller, spelt))
        if scope.is_trust:
            callers = tuple(caller for caller in callers if _may_call(caller, spelt))
        found = reach(live[:wanted], live[wanted:], spelt, setting._replace(callers=callers))
        if found is not None:
            return found
    return None


def _may_call(caller: Principal, action: str) -> bool:
    """Tell whether a kind of caller makes a call at all: tokens and assertions have calls of their own."""
    identity = identify(caller)
    if action == "sts:AssumeRole":
        # IAM user guide, "Compare AWS STS credentials": neither root nor GetFederationToken's sessions may call it.
        return identity.kind not in ("federated", "root", "federated-user")
    if action == "sts:AssumeRoleWithSAML":
        return identity.kind == "federated" and identity.is_saml
    if action == "sts:AssumeRoleWithWebIdentity":
        return identity.kind == "federated" and not identity.is_saml
    return True


def _substitutions(
    variables: frozenset[str], callers: Sequence[Principal], rules: Sequence[Rule], scope: Scope
) -> Iterator[Mapping[str, ContextValue]]:
    """Yield values for policy variables to be tried: those of callers, made-up ones, those that policies name, none."""
    if not variables:
        yield {}
        return
    seen: list[Mapping[str, ContextValue]] = []
    bound: list[dict[str, ContextValue]] = []
    for caller in callers:
        derived = keys.derived_keys(caller, "sts:AssumeRole")
        chosen = {key: value for key, value in derived.items() if key in variables}
        if chosen not in bound:
            bound.append(chosen)
    free = sorted(variables)
    named = {key: _named(key, rules) for key in free}
    made_up: dict[str, ContextValue] = {key: f"any-{key.rpartition(':')[2].rpartition('/')[2]}" for key in free}
    options: list[dict[str, ContextValue]] = [made_up, {}]
    options += [{**made_up, key: value} for key in free for value in named[key]]
    for option, chosen in itertools.product(options, bound[:3]):
        context: dict[str, ContextValue] = {
            **option,
            **chosen,
            **{k: v for k, v in scope.fixed.items() if k in variables},
        }
        if context not in seen:
            seen.append(context)
            yield context
        if len(seen) >= _SUBSTITUTIONS:
            return


def _named(key: str, rules: Iterable[Rule]) -> list[str]:
    return [
        value
        for rule in rules
        for condition in rule.statement.conditions
        if condition.key == key
        for value in condition.values[:2]
        if "${" not in value and "*" not in value
    ]


def _opaque(rule: Rule, given: frozenset[str]) -> Rule:
    """Make policy variables symbols that nothing is known of: the same one stands for the same text.

    Those of keys whose values are given stay as they are.
    """
    if variables_of([rule]) <= given:
        return rule
    statement = rule.statement
    return rule._replace(
        statement=statement._replace(
            resources=_all_opaque(statement.resources, given),
            not_resources=_all_opaque(statement.not_resources, given),
            conditions=tuple(_opaque_condition(condition, given) for condition in statement.conditions),
        )
    )


def _opaque_condition(condition: Condition, given: frozenset[str]) -> Condition:
    return condition._replace(values=_all_opaque(condition.values, given) or ())


def _all_opaque(texts: tuple[str, ...] | None, given: frozenset[str]) -> tuple[str, ...] | None:
    return None if texts is None else tuple(_hide(text, given) for text in texts)


def _hide(text: str, given: frozenset[str] = frozenset()) -> str:
    """Take the colons out of variables, so that they are no variables any more.

    >>> _hide("home/${aws:username}/*")
    'home/${aws.username}/*'
    """
    pieces = text.split("${")
    for index in range(1, len(pieces)):
        name, brace, rest = pieces[index].partition("}")
        if name.partition(",")[0].strip().lower() not in given:
            pieces[index] = f"{name.replace(':', '.')}{brace}{rest}"
    return "${".join(pieces)


def _crosses(rule: Rule) -> bool:
    statement = rule.statement
    return any(map(crosses, (*(statement.resources or ()), *(statement.not_resources or ()))))
