"""Make a plan ready to run: which rules to ask about which kind, each compiled when it is first asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lictor.model import Kind, Plan
from lictor.query import Codes, FunctionTable, function_table
from lictor.registry import Registry
from lictor.rules import CompiledRule, compile_rule
from lictor.rulesets import matches_glob
from lictor.subjects import wanted_kinds


@dataclass(frozen=True, slots=True)
class CompiledPlan:
    """A plan with what is needed to run it.

    `rules_by_kind` holds rule ids in their order. `assumed_kinds` maps globs over uris to the kind that the user
    says these documents are. `counted_candidates` are the rules whose candidates a group counts one by one.
    """

    plan: Plan
    registry: Registry
    wanted: frozenset[str]
    rules_by_kind: Mapping[str, tuple[str, ...]]
    functions: FunctionTable
    assumed_kinds: Mapping[str, str] = field(default_factory=dict)
    counted_candidates: frozenset[str] = frozenset()
    codes: Codes = field(default_factory=dict)
    _compiled: dict[str, CompiledRule] = field(default_factory=dict)

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """All kinds, by name."""
        return self.registry.kinds

    def assumed_kind(self, uri: str) -> str:
        """Return the kind that the user said a document is, or "" when nothing was said."""
        return next((kind for glob, kind in self.assumed_kinds.items() if matches_glob(glob, uri)), "")

    def rule(self, rule_id: str) -> CompiledRule:
        """Return a rule ready to ask. Raises QueryError when its query can't be compiled."""
        compiled = self._compiled.get(rule_id)
        if compiled is None:
            compiled = self._compiled[rule_id] = compile_rule(
                self.plan.rules[rule_id], self.functions, self.registry.checks, self.codes
            )
        return compiled


def compile_plan(
    plan: Plan, registry: Registry, assumed_kinds: Mapping[str, str], codes: Codes | None = None
) -> CompiledPlan:
    """Index a plan by kind; a document is only walked for the kinds that some rule asks about.

    `codes` are queries that were compiled before, with the same functions; those compiled now are added to it.
    """
    kinds_of = {rule_id: wanted_kinds(rule.applies_to, registry.kinds) for rule_id, rule in sorted(plan.rules.items())}
    wanted = frozenset[str]().union(*kinds_of.values())
    by_kind = {kind: tuple(rule_id for rule_id, kinds in kinds_of.items() if kind in kinds) for kind in sorted(wanted)}
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
    )
