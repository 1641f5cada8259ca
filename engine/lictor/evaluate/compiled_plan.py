"""Make a plan ready to run: which rules to ask about which kind, each compiled when it is first asked."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING

from lictor.evaluate.screens import KindScreen
from lictor.model import NEW_ACCESS_RULE, Kind, Plan, Rule
from lictor.query import Codes, FunctionTable, function_table
from lictor.registry import Registry
from lictor.rules import CompiledRule, compile_rule
from lictor.rulesets import matches_glob
from lictor.subjects import Finder, finders_of, wanted_kinds
from lictor.values import NamedTuple

if TYPE_CHECKING:
    from lictor.evaluate.few_results import FewResults
    from lictor.evaluate.results import Results

SCREEN_AFTER = 200
"""Subjects of a kind after which fusing the queries for those to come pays: some 1.5 ms a rule against 8 µs saved."""

SCREEN_EARLY = 20
"""The same where so many documents are to be checked that more subjects are sure to come."""


class CompiledPlan(NamedTuple):
    """A plan with what is needed to run it.

    `rules_by_kind` holds rule ids in their order. `assumed_kinds` maps globs over uris to the kind that the user
    says these documents are. `counted_candidates` are the rules whose candidates a group counts one by one.
    `lacking` holds the rules that can't be asked, with the Python packages that they miss. `screen_after` is the
    count of subjects after which their kind's rules are asked all at once. `compiled`, `screens` and `found`, what
    looks for subjects, are filled as rules are asked. `results` are those of earlier runs. `counting` are the
    rulesets that need to know of subjects that pass only how many they are; `names_subjects` tells whether any
    needs to know which were found, `is_scoped` whether any asks other things of some subjects than of others.
    `today` is the day for which each file is concluded as soon as its rules were asked; None when the whole run is
    needed for that.
    """

    plan: Plan
    registry: Registry
    wanted: frozenset[str]
    rules_by_kind: Mapping[str, tuple[str, ...]]
    functions: FunctionTable
    assumed_kinds: Mapping[str, str]
    counted_candidates: frozenset[str]
    codes: Codes
    lacking: Mapping[str, tuple[str, ...]]
    compiled: dict[str, CompiledRule]
    screens: dict[str, KindScreen]
    found: list[tuple[Finder, ...]]
    counting: frozenset[str]
    names_subjects: bool
    is_scoped: bool
    screen_after: int = SCREEN_AFTER
    results: "Results | FewResults | None" = None
    today: dt.date | None = None

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """All kinds, by name."""
        return self.registry.kinds

    def finders(self) -> tuple[Finder, ...]:
        """Return what looks for subjects of the kinds that some rule asks about."""
        if not self.found:
            self.found.append(finders_of(self.kinds, self.wanted))
        return self.found[0]

    def assumed_kind(self, uri: str) -> str:
        """Return the kind that the user said a document is, or "" when nothing was said."""
        return next((kind for glob, kind in self.assumed_kinds.items() if matches_glob(glob, uri)), "")

    def rule(self, rule_id: str) -> CompiledRule:
        """Return a rule ready to ask. Raises QueryError when its query can't be compiled."""
        compiled = self.compiled.get(rule_id)
        if compiled is None:
            compiled = self.compiled[rule_id] = compile_rule(
                self.plan.rules[rule_id], self.functions, self.registry.checks, self.codes
            )
        return compiled

    def screen(self, kind: str) -> KindScreen:
        """Return what tells which rules have nothing to say of a subject of a kind."""
        screen = self.screens.get(kind)
        if screen is None:
            screen = self.screens[kind] = KindScreen(self, kind)
        return screen


def compile_plan(
    plan: Plan, registry: Registry, assumed_kinds: Mapping[str, str], codes: Codes | None = None
) -> CompiledPlan:
    """Index a plan by kind; a document is only walked for the kinds that some rule asks about.

    `codes` are queries that were compiled before, with the same functions; those compiled now are added to it.
    """
    fitting = cache(partial(wanted_kinds, kinds=tuple(registry.kinds)))  # hundreds of rules name a dozen kinds
    kinds_of = {rule_id: fitting(rule.applies_to) for rule_id, rule in sorted(plan.rules.items())}
    wanted = frozenset[str]().union(*kinds_of.values())
    lacking = lacking_packages(plan.rules.values())
    by_kind = {
        kind: tuple(rule_id for rule_id, kinds in kinds_of.items() if kind in kinds and rule_id not in lacking)
        for kind in sorted(wanted)
    }
    groups = [group for ruleset in plan.rulesets for group in ruleset.groups if group.per == "candidate"]
    counted = frozenset(rule_id for group in groups for rule_id in (*group.members, group.when))
    return CompiledPlan(
        plan,
        registry,
        wanted,
        by_kind,
        function_table(registry.functions),
        assumed_kinds,
        counted,
        {} if codes is None else codes,
        lacking,
        {},
        {},
        [],
        _counting(plan),
        _compares(plan) or any(ruleset.waivers or ruleset.overrides for ruleset in plan.rulesets),
        any(ruleset.overrides for ruleset in plan.rulesets),
    )


def _counting(plan: Plan) -> frozenset[str]:
    """Return the rulesets that don't look at each subject that passed, as groups and overrides do."""
    if _compares(plan):
        return frozenset()
    return frozenset(ruleset.id for ruleset in plan.rulesets if not ruleset.groups and not ruleset.overrides)


def _compares(plan: Plan) -> bool:
    """Tell whether subjects will be compared with those of another revision."""
    return NEW_ACCESS_RULE in plan.rules


def lacking_packages(rules: Iterable[Rule]) -> dict[str, tuple[str, ...]]:
    """Return the rules that need Python packages which are not installed, with the names of those packages.

    >>> from lictor.model import Rule
    >>> lacking_packages([Rule("a", "", "", (), needs=("json", "no_such_package")), Rule("b", "", "", ())])
    {'a': ('no_such_package',)}
    """
    needing = [rule for rule in rules if rule.needs]
    if not needing:
        return {}
    from importlib.util import find_spec

    missing = {name for name in {name for rule in needing for name in rule.needs} if find_spec(name) is None}
    found = {rule.id: tuple(name for name in rule.needs if name in missing) for rule in needing}
    return {rule_id: names for rule_id, names in found.items() if names}
