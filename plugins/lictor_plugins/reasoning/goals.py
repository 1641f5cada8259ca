"""A goal: statements that must match one request, and statements that must not. Found, refuted, or neither.

Each goal is taken apart by classes of actions. What is left is a finite search over classes of callers, resources and
values of condition keys. Parts that can't be judged are switches of their own: the request is certain when it needs
none of them, and the goal is refuted when no position of the switches gives a request.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lictor_plugins.reasoning import domains, keys
from lictor_plugins.reasoning.model import Condition, ContextValue, Principal, Request
from lictor_plugins.reasoning.operators import Truth, holds
from lictor_plugins.reasoning.partition import Budget
from lictor_plugins.reasoning.patterns import Pattern, glob
from lictor_plugins.reasoning.physics import (
    OWNERS,
    USER_IDS,
    Exclusion,
    forbidden_values,
    organization_ties,
    owners_told,
    time_ties,
)
from lictor_plugins.reasoning.resources import CROSSES, Stray, crosses, resources_of, stray_truth, strays_of
from lictor_plugins.reasoning.rules import Rule, variables_of
from lictor_plugins.reasoning.search import Clause, lowest, merge, restrict, search
from lictor_plugins.reasoning.truths import principal_truth, resource_truth

_PRINCIPAL, _RESOURCE = "<principal>", "<resource>"
_SWITCHES_CAP = 4
_BOTH = 0b11


class Setting(NamedTuple):
    """What all goals of a question share.

    `context` holds the values that policy variables are given, `is_certain` says that doubtful parts may not be used,
    `is_by_part` how resource patterns are read, `has_strays` that resources beyond
    that reading are looked at, of which little is known.
    """

    callers: tuple[Principal, ...]
    budget: Budget
    exclusions: tuple[Exclusion, ...] = ()
    fixed: Mapping[str, ContextValue] = {}
    resource: str | None = None
    context: Mapping[str, ContextValue] = {}
    is_certain: bool = True
    is_by_part: bool = True
    has_strays: bool = False


class Found(NamedTuple):
    """A request that reaches a goal, and the doubtful parts that it needs."""

    request: Request
    doubts: tuple[str, ...] = ()


class _Literal(NamedTuple):
    """A part of a statement as sets of classes: where it matches, where that is doubtful, and the doubt's name."""

    variable: str
    yes: int
    maybe: int
    switch: str
    doubt: str


def reach(must: Sequence[Rule], must_not: Sequence[Rule], action: str, setting: Setting) -> Found | None:
    """Find a request for an action that all of `must` and none of `must_not` match; all of them cover the action."""
    return _Reach(must, must_not, action, setting).find()


class _Reach:
    """One search: the classes of every variable, and the statements as clauses over them."""

    def __init__(self, must: Sequence[Rule], must_not: Sequence[Rule], action: str, setting: Setting) -> None:
        self._setting = setting
        self._action = action
        self._must = must
        callers = setting.callers
        setting.budget.take(5 * len(callers) * (len(must) + len(must_not)))
        self._callers = [
            caller
            for caller in callers
            if all(principal_truth(rule.statement, rule.kind, caller) is not False for rule in must)
        ]
        # Who can't be meant by a statement at all makes it needless.
        self._must_not = [
            rule
            for rule in must_not
            if any(principal_truth(rule.statement, rule.kind, caller) is not False for caller in self._callers)
        ]
        self._rules = [*must, *self._must_not]
        self._resources = self._resource_classes()
        self._values: dict[str, tuple[ContextValue | None, ...]] = {}
        self._wild: dict[str, str] = {}
        self._physics: list[dict[str, int]] = []
        self._domains = {_PRINCIPAL: (1 << len(self._callers)) - 1, _RESOURCE: (1 << len(self._resources)) - 1}
        self._doubts: dict[str, str] = {}
        self._conditions: dict[str, list[tuple[Condition, bool]]] = {}
        self._truths: dict[tuple[Condition, bool], _Literal] = {}

    def _resource_classes(self) -> tuple[str | Stray, ...]:
        first = next((rule for rule in self._must if rule.statement.resources is not None), self._must[0])
        if self._setting.has_strays:
            left_out = [text for rule in self._rules for text in rule.statement.not_resources or ()]
            strays = strays_of(
                first.statement,
                self._setting.context,
                has_variables=first.has_variables,
                is_any=any(map(crosses, left_out)),
            )
            return tuple(strays)
        if self._setting.resource is not None:
            return (self._setting.resource,)
        rules = [(rule.statement, rule.has_variables) for rule in self._rules]
        return resources_of(
            rules,
            len(self._must),
            self._setting.context,
            is_by_part=self._setting.is_by_part,
            budget=self._setting.budget,
        )

    def find(self) -> Found | None:
        if not self._callers or not self._resources:
            return None
        must_not = self._prepare()
        for choice in itertools.product(*(list(self._clauses(rule, is_wanted=True)) for rule in self._must)):
            left: dict[str, int] | None = dict(self._domains)
            for clause in choice:
                left = restrict(left, clause) if left is not None else None
            if left is None:
                continue
            found = search(left, must_not, self._setting.budget)
            if found is not None:
                return self._found(found)
        return None

    def _prepare(self) -> list[Clause]:
        """Find the values of all keys, and return what no request may be: impossible, or matched by a statement."""
        for rule in self._rules:
            for condition in rule.statement.conditions:
                pair = (condition, rule.has_variables)
                listed = self._conditions.setdefault(condition.key, [])
                if pair not in listed:
                    listed.append(pair)
        for key in (*self._setting.context, *self._setting.fixed):
            self._conditions.setdefault(key, [])
        # An organization's id comes before its paths, which begin with it.
        for key in sorted(self._conditions):
            self._add_key(key)
        self._physics.extend(organization_ties(self._values))
        self._physics.extend(time_ties(self._values))
        must_not: list[Clause] = [*self._physics]
        for rule in self._must_not:
            must_not.extend(self._clauses(rule, is_wanted=False))
        return must_not

    def _found(self, masks: Mapping[str, int]) -> Found:
        caller = self._callers[lowest(masks[_PRINCIPAL])]
        context: dict[str, ContextValue] = {}
        used: list[str] = [doubt for name, doubt in self._doubts.items() if masks[name] != _BOTH]
        for key, values in self._values.items():
            index = lowest(masks[key])
            if index >= len(values):
                used.append(self._wild[key])
                continue
            value = values[index]
            if value is not None:
                context[key] = value
        derived = keys.derived_keys(caller, self._action)
        shown = {key: value for key, value in sorted(context.items()) if derived.get(key) != value}
        resource = self._resources[lowest(masks[_RESOURCE])]
        if isinstance(resource, Stray):
            resource = resource.text
            used.append(CROSSES)
        request = Request(caller, self._action, resource, shown)
        return Found(request, tuple(used))

    def _add_key(self, key: str) -> None:
        """Find the values of a key that stand for all, and who may have which."""
        setting = self._setting
        pairs = self._conditions[key]
        if key in keys.TIMES:
            # The two are one moment, so what one is compared with tells apart the values of the other.
            pairs = [pair for each in keys.TIMES for pair in self._conditions.get(each, ())]
        conditions = [condition for condition, _ in pairs]
        exclusions = [each for each in (*setting.exclusions, USER_IDS) if each.key == key]
        setting.budget.take(5 * len(self._callers))
        has_variables = any(flag for _, flag in pairs)
        facts = keys.key_facts(key)
        derived = [keys.derived_keys(caller, self._action).get(key) for caller in self._callers]
        presence = [keys.presence(key, caller, self._action) for caller in self._callers]
        doubt = ""
        if key in setting.fixed:
            values: tuple[ContextValue | None, ...] = (setting.fixed[key],)
        elif key in setting.context or self._is_variable(key):
            values = (setting.context.get(key),)
        else:
            extra = [pattern for each in exclusions for pattern in each.patterns]
            extra += [glob(f"{owner}/*") for owner in self._values.get(OWNERS.get(key, ""), ()) if owner is not None]
            extra += owners_told(self._patterns_on(next((each for each, owner in OWNERS.items() if owner == key), "")))
            single = domains.values_of(
                conditions or [Condition("Null", key, ("false",))],
                facts=facts.type,
                key=key,
                budget=setting.budget,
                extra=extra,
                context=setting.context,
                has_variables=has_variables,
            )
            is_multivalued = facts.is_multivalued or (
                facts == keys.KeyFacts() and any(condition.set_operator for condition in conditions)
            )
            values, doubt = domains.domain_of(
                conditions,
                single,
                setting.budget,
                extra=extra,
                is_multivalued=is_multivalued,
                context=setting.context,
                has_variables=has_variables,
            )
            known = dict.fromkeys([*values, *(value for value in derived if value is not None)])
            values = tuple(known)
        self._values[key] = values
        everything = (1 << len(values)) - 1
        if doubt and not setting.is_certain:
            self._wild[key] = doubt
            everything = (everything << 1) | 1
        self._domains[key] = everything
        facts_of_callers = [
            (caller, value, there) for caller, value, there in zip(self._callers, derived, presence, strict=True)
        ]
        setting.budget.take(len(exclusions) * len(values) * len(self._callers))
        for who, mask in forbidden_values(values, everything, facts_of_callers, exclusions):
            self._physics.append({_PRINCIPAL: who, key: mask})

    def _patterns_on(self, key: str) -> Iterator[Pattern]:
        for condition, has_variables in self._conditions.get(key, ()):
            if condition.operator != "Null":
                yield from domains.patterns_of(condition, self._setting.context, has_variables=has_variables)

    def _is_variable(self, key: str) -> bool:
        return self._setting.is_certain and key in variables_of(self._rules)

    def _clauses(self, rule: Rule, *, is_wanted: bool) -> Iterator[Clause]:
        """Yield clauses, one of which holds exactly when the statement matches."""
        literals = list(self._literals(rule))
        if self._setting.is_certain or sum(bool(each.maybe) for each in literals) > _SWITCHES_CAP:
            # A doubt never helps: it isn't enough for what must match and too much for what must not.
            reaching = self._setting.is_certain != is_wanted
            clause = merge(
                (
                    each.variable,
                    each.yes | (each.maybe if reaching else 0) | self._wild_bit(each.variable, is_wanted),
                )
                for each in literals
            )
            if clause is not None:
                yield clause
            return
        ways = [
            [
                *(
                    [((each.variable, each.yes | self._wild_bit(each.variable, is_wanted)),)]
                    if each.yes or is_wanted
                    else []
                ),
                *(
                    [((each.variable, each.maybe), (each.switch, 1 << each.doubt.startswith("!")))]
                    if each.maybe
                    else []
                ),
            ]
            for each in literals
        ]
        for way in itertools.product(*ways):
            clause = merge(itertools.chain.from_iterable(way))
            if clause is not None:
                yield clause

    def _wild_bit(self, variable: str, is_wanted: bool) -> int:
        return 1 << len(self._values[variable]) if is_wanted and variable in self._wild else 0

    def _literals(self, rule: Rule) -> Iterator[_Literal]:
        statement = rule.statement
        if statement.principals is not None or statement.not_principals is not None:
            truths = [principal_truth(statement, rule.kind, caller) for caller in self._callers]
            stated = statement.principals, statement.not_principals
            yield self._literal(_PRINCIPAL, truths, f"principal {stated}")
        if statement.resources is not None or statement.not_resources is not None:
            # One look of a pattern at a whole resource is worth some thirty at a character.
            listed = len(statement.resources or ()) + len(statement.not_resources or ())
            self._setting.budget.take(30 * listed * len(self._resources))
            truths = [self._covers(rule, resource) for resource in self._resources]
            patterns = statement.resources or statement.not_resources or ()
            is_all = self._setting.has_strays
            holes = [text for text in patterns if is_all or "${" in text or text.count(":") < 5]  # noqa: PLR2004 - an ARN's colons
            name = f"resource {sorted(holes)} {rule.has_variables}"
            yield self._literal(_RESOURCE, truths, name, is_turned=statement.resources is None)
        for condition in statement.conditions:
            yield self._condition(condition, rule.has_variables)
        if statement.doubt:
            name = f"statement {statement._replace(index=0, sid='', choice=None)}"
            yield self._literal(_PRINCIPAL, [statement.doubt] * len(self._callers), name)

    def _covers(self, rule: Rule, resource: str | Stray) -> Truth:
        context = self._setting.context
        if isinstance(resource, Stray):
            return stray_truth(rule.statement, resource, context, has_variables=rule.has_variables)
        return resource_truth(
            rule.statement,
            resource,
            context,
            has_variables=rule.has_variables,
            is_by_part=self._setting.is_by_part,
        )

    def _condition(self, condition: Condition, has_variables: bool) -> _Literal:
        known = self._truths.get((condition, has_variables))
        if known is not None:
            return known
        context = dict(self._setting.context)
        truths: list[Truth] = []
        self._setting.budget.take(20 * len(condition.values) * len(self._values[condition.key]))
        for value in self._values[condition.key]:
            if value is None:
                context.pop(condition.key, None)
            else:
                context[condition.key] = value
            truths.append(holds(condition, context, has_variables=has_variables))
        literal = self._literal(condition.key, truths, f"condition {condition} {has_variables}")
        self._truths[condition, has_variables] = literal
        return literal

    def _literal(self, variable: str, truths: Sequence[Truth], name: str, *, is_turned: bool = False) -> _Literal:
        yes = sum(1 << index for index, truth in enumerate(truths) if truth is True)
        maybe = sum(1 << index for index, truth in enumerate(truths) if isinstance(truth, str))
        doubt = next((truth for truth in truths if isinstance(truth, str)), "")
        if maybe and not self._setting.is_certain:
            self._domains.setdefault(name, _BOTH)
            self._doubts.setdefault(name, doubt)
        return _Literal(variable, yes, maybe, name, "!" if is_turned else "")
