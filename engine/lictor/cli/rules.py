"""`lictor rules`: every rule that can be asked."""

from pathlib import Path

import click

from lictor.api import PolicyChoice, prepare
from lictor.cli.options import plugin_choice, plugin_options
from lictor.cli.problems import show_problems
from lictor.cli.root import find_root
from lictor.model import Plan, Rule
from lictor.report import dump_json, escape_terminal


@click.command("rules")
@click.option("--rules", "rule_directories", multiple=True, metavar="DIR", help="Add the YAML rules in a directory.")
@click.option("--ruleset", "rulesets", multiple=True, metavar="ID|FILE", help="Only the rules that it switches on.")
@click.option("-o", "--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@plugin_options
def command(
    rule_directories: tuple[str, ...],
    rulesets: tuple[str, ...],
    output: str,
    blocked: tuple[str, ...],
    only_plugins: str | None,
) -> int:
    """List the rules, with their level and what they apply to."""
    policy = PolicyChoice(rulesets, tuple(Path(directory) for directory in rule_directories))
    root = find_root(Path.cwd())
    prepared = prepare(policy, plugin_choice(blocked, only_plugins), root)
    status = show_problems(prepared.problems, root)
    rules = _switched_on(prepared.plan) if rulesets else prepared.registry.rules
    chosen = [rules[rule_id] for rule_id in sorted(rules)]
    if output == "json":
        click.echo(dump_json([_as_data(rule) for rule in chosen]), nl=False)
    else:
        for line in _table(chosen):
            click.echo(escape_terminal(line))
    return status


def _switched_on(plan: Plan) -> dict[str, Rule]:
    on = {rule_id for ruleset in plan.rulesets for rule_id, setting in ruleset.settings.items() if setting.is_on}
    return {rule_id: rule for rule_id, rule in plan.rules.items() if rule_id in on}


def _table(rules: list[Rule]) -> list[str]:
    width = max((len(rule.id) for rule in rules), default=0)
    return [f"{rule.id:<{width}}  {rule.level:<7}  {rule.title}" for rule in rules]


def _as_data(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "title": rule.title,
        "level": rule.level,
        "security_severity": rule.security_severity,
        "precision": rule.precision or None,
        "tags": list(rule.tags),
        "aliases": list(rule.aliases),
        "applies_to": list(rule.applies_to),
        "parameters": {name: dict(schema) for name, schema in rule.parameters.items()},
        "distribution": rule.distribution or None,
    }
