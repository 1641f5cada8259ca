"""A page for each built-in rule, and the index of rules and rulesets."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from from_code.markdown import first_sentence, table
from lictor.api import PluginChoice, PolicyChoice, prepare
from lictor.model import EffectiveRuleset, Rule
from lictor.registry import Registry

_EXAMPLE_PARAMETERS = re.compile(r"^```(\w+) parameters=(\{.*\})$", re.MULTILINE)


def shipped_rulesets(registry: Registry) -> tuple[EffectiveRuleset, ...]:
    """Return the rulesets that ship, with all that they extend."""
    plugins = PluginChoice(only=())
    return tuple(
        ruleset
        for name in sorted(registry.rulesets)
        for ruleset in prepare(PolicyChoice((name,)), plugins, Path(__file__).parent).plan.rulesets
    )


def rule_index(rules: Iterable[Rule], rulesets: Iterable[EffectiveRuleset]) -> str:
    """Return the page that lists rulesets and rules."""
    shipped = tuple(rulesets)
    text = "# Built-in rules\n\n`lictor explain RULE` prints a rule's page. A rule is asked when a ruleset asks it.\n"
    rows = [(f"`{ruleset.id}`", len(_switched_on(ruleset)), first_sentence(ruleset.description)) for ruleset in shipped]
    text += f"\n## Rulesets that ship\n\n{table(('ruleset', 'rules', 'what it asks'), rows)}\n"
    areas: dict[str, list[Rule]] = {}
    for rule in rules:
        areas.setdefault(rule.id.partition("-")[0], []).append(rule)
    for area, members in sorted(areas.items()):
        lines = [
            (
                f"[{rule.id}]({rule.id}.md)",
                rule.title,
                rule.level,
                rule.security_severity or "",
                _asked_by(rule, shipped),
            )
            for rule in members
        ]
        text += f"\n## {area}\n\n{table(('rule', 'what it finds', 'level', 'severity', 'asked by'), lines)}\n"
    return text


def rule_page(rule: Rule, rulesets: Iterable[EffectiveRuleset]) -> str:
    """Return a rule's page: what its author wrote, then the facts of its rule.yaml."""
    facts = {
        "id": f"`{rule.id}`",
        "level": rule.level,
        "security severity": rule.security_severity or "",
        "precision": rule.precision,
        "applies to": ", ".join(f"`{kind}`" for kind in rule.applies_to),
        "asked by": _asked_by(rule, tuple(rulesets)) or "no ruleset that ships; switch it on in your own",
        "needs": ", ".join(f"`{name}`" for name in rule.needs),
        "also known as": ", ".join(rule.aliases),
        "tags": ", ".join(rule.tags),
    }
    text = _EXAMPLE_PARAMETERS.sub(_with_parameters, rule.help.rstrip())
    text += "\n\n## Facts\n\n" + "\n".join(f"- {name}: {value}" for name, value in facts.items() if value)
    if rule.parameters:
        rows = [
            (f"`{name}`", schema.get("type", "any"), f"`{schema.get('default')}`", schema.get("description", ""))
            for name, schema in rule.parameters.items()
        ]
        text += "\n\n## Parameters\n\n" + table(("name", "type", "default", "meaning"), rows)
    return text


def _with_parameters(fence: re.Match[str]) -> str:
    return f"With the parameters `{fence[2]}`:\n\n```{fence[1]}"


def _asked_by(rule: Rule, rulesets: Iterable[EffectiveRuleset]) -> str:
    levels: Mapping[str, str] = {
        ruleset.id: ruleset.settings[rule.id].level for ruleset in rulesets if rule.id in _switched_on(ruleset)
    }
    return ", ".join(f"`{name}`{'' if level == rule.level else f' as {level}'}" for name, level in levels.items())


def _switched_on(ruleset: EffectiveRuleset) -> frozenset[str]:
    return frozenset(rule_id for rule_id, setting in ruleset.settings.items() if setting.is_on)
