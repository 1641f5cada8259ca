"""The classes of every variable of a search: callers, resources and values of keys that stand for all others.

What no request can be, whatever the statements say, comes with them as clauses that must not match.
"""

from collections.abc import Iterator, Mapping, Sequence

from lictor import NamedTuple
from lictor_plugins.reasoning import domains, keys
from lictor_plugins.reasoning.model import WITH_PRINCIPALS, Condition, ContextValue, Principal
from lictor_plugins.reasoning.operators import Truth
from lictor_plugins.reasoning.partition import Budget
from lictor_plugins.reasoning.patterns import Pattern, glob
from lictor_plugins.reasoning.physics import (
    OWNERS,
    USER_IDS,
    Exclusion,
    forbidden_values,
    organization_ties,
    owners_told,
    sorts_of,
    time_ties,
)
from lictor_plugins.reasoning.resources import Stray, crosses, resources_of, stray_truth, strays_of
from lictor_plugins.reasoning.rules import Rule, variables_of
from lictor_plugins.reasoning.truths import caller_truths, resource_truth

PRINCIPAL, RESOURCE = "<principal>", "<resource>"
"""The variables of a search beside the condition keys."""


class Setting(NamedTuple):
    """What all goals of a question share.

    `context` holds the values that policy variables are given, `is_certain` says that doubtful parts may not be used,
    `is_by_part` how resource patterns are read, `has_strays` that resources beyond that reading are looked at, of which
    little is known. What was in doubt on the way is added to `doubted`.
    """

    callers: tuple[Principal, ...]
    budget: Budget
    doubted: set[str]
    exclusions: tuple[Exclusion, ...] = ()
    fixed: Mapping[str, ContextValue] = {}
    resource: str | None = None
    context: Mapping[str, ContextValue] = {}
    is_certain: bool = True
    is_by_part: bool = True
    has_strays: bool = False


class Classes:
    """The classes of one search for a request that all of `must` and none of `must_not` match.

    `domains` has all classes of each variable as bits, `wild` why the values of a key don't stand for all of them:
    then one more bit stands for the others. `impossible` are clauses that no request meets.
    """

    def __init__(self, must: Sequence[Rule], must_not: Sequence[Rule], action: str, setting: Setting) -> None:
        """Find the callers and resources; the values of keys are found when they are asked for."""
        self._setting = setting
        self._action = action
        self._must = must
        callers = self.callers = setting.callers
        setting.budget.take(5 * len(callers) * len(must_not))
        # Who can't be meant by a statement at all makes it needless.
        self.must_not = [
            rule for rule in must_not if caller_truths(rule.statement, rule.kind, callers).count(False) < len(callers)
        ]
        self._rules = [*must, *self.must_not]
        self._variables = variables_of(self._rules)
        self.resources = self._resource_classes()
        self._covered: dict[int, list[Truth]] = {}
        # What covers none of the resources is needless too, and with it what its conditions tell apart.
        self.must_not = [rule for rule in self.must_not if self.covered(rule).count(False) < len(self.resources)]
        self._rules = [*must, *self.must_not]
        self.values: dict[str, tuple[ContextValue | None, ...]] = {}
        self.wild: dict[str, str] = {}
        self.impossible: list[Mapping[str, int]] = []
        self.domains = {PRINCIPAL: (1 << len(self.callers)) - 1, RESOURCE: (1 << len(self.resources)) - 1}
        self._conditions: dict[str, list[tuple[Condition, bool]]] = {}

    def _resource_classes(self) -> tuple[str | Stray, ...]:
        if self._setting.has_strays:
            if not self._must:
                return ()  # nothing must match, so nothing strays
            first = next((rule for rule in self._must if rule.statement.resources is not None), self._must[0])
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

    def covered(self, rule: Rule) -> list[Truth]:
        """Tell of each resource whether a statement covers it."""
        known = self._covered.get(id(rule))
        if known is None:
            statement, setting = rule.statement, self._setting
            # One look of a pattern at a whole resource is worth some thirty at a character.
            listed = len(statement.resources or ()) + len(statement.not_resources or ())
            setting.budget.take(30 * listed * len(self.resources))
            known = self._covered[id(rule)] = [self._covers(rule, resource) for resource in self.resources]
        return known

    def _covers(self, rule: Rule, resource: str | Stray) -> Truth:
        setting = self._setting
        if isinstance(resource, Stray):
            return stray_truth(rule.statement, resource, setting.context, has_variables=rule.has_variables)
        return resource_truth(
            rule.statement,
            resource,
            setting.context,
            has_variables=rule.has_variables,
            is_by_part=setting.is_by_part,
        )

    def find_values(self) -> None:
        """Find the values of all keys, and what can't come together."""
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
        self.impossible.extend(organization_ties(self.values))
        self.impossible.extend(time_ties(self.values))

    def _add_key(self, key: str) -> None:
        """Find the values of a key that stand for all, and who may have which."""
        setting = self._setting
        pairs = self._conditions[key]
        if key in keys.TIMES:
            # The two are one moment, so what one is compared with tells apart the values of the other.
            pairs = [pair for each in keys.TIMES for pair in self._conditions.get(each, ())]
        exclusions = [each for each in (*setting.exclusions, USER_IDS) if each.key == key]
        setting.budget.take(5 * len(self.callers))
        sorts = sorts_of(key, self.callers, self._action)
        if key in keys.OF_SOURCES and not any(rule.kind in WITH_PRINCIPALS for rule in self._rules):
            # On whose behalf somebody calls, a proof of its own policies leaves open.
            sorts = tuple(sort._replace(presence="maybe") if sort.presence == "never" else sort for sort in sorts)
        doubt = ""
        if key in setting.fixed:
            values: tuple[ContextValue | None, ...] = (setting.fixed[key],)
        elif key in setting.context or self._is_variable(key):
            values = (setting.context.get(key),)
        else:
            extra = [pattern for each in exclusions for pattern in each.patterns]
            extra += [glob(f"{owner}/*") for owner in self.values.get(OWNERS.get(key, ""), ()) if owner is not None]
            extra += owners_told(self._patterns_on(next((each for each, owner in OWNERS.items() if owner == key), "")))
            values, doubt = domains.all_values(
                setting.budget,
                key,
                tuple([condition for condition, _ in pairs]),
                tuple(extra),
                setting.context,
                has_variables=any(has_variables for _, has_variables in pairs),
            )
            values = tuple(dict.fromkeys([*values, *(sort.value for sort in sorts if sort.value is not None)]))
        if doubt:
            setting.doubted.add(doubt)
        self.values[key] = values
        everything = (1 << len(values)) - 1
        if doubt and not setting.is_certain:
            self.wild[key] = doubt
            everything = (everything << 1) | 1
        self.domains[key] = everything
        setting.budget.take(len(exclusions) * len(values) * len(self.callers))
        for who, mask in forbidden_values(values, everything, sorts, self.callers, exclusions):
            self.impossible.append({PRINCIPAL: who, key: mask})

    def _patterns_on(self, key: str) -> Iterator[Pattern]:
        for condition, has_variables in self._conditions.get(key, ()):
            if condition.operator != "Null":
                yield from domains.patterns_of(condition, self._setting.context, has_variables=has_variables)

    def _is_variable(self, key: str) -> bool:
        return self._setting.is_certain and key in self._variables
