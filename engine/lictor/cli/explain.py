"""`lictor explain`: a rule's page on the terminal."""

import sys
from collections.abc import Mapping

import click

from lictor.api import prepare
from lictor.cli import complete
from lictor.cli.options import plugin_choice, plugin_options, policy_choice
from lictor.cli.output import is_colored, width_of
from lictor.cli.problems import show_problems
from lictor.cli.root import find_root
from lictor.errors import did_you_mean
from lictor.model import Group, GroupOperator, Rule
from lictor.report import escape_lines

_ASKED_OF_MEMBERS: Mapping[GroupOperator, str] = {
    "all-of": "Each of these rules must hold:",
    "any-of": "One of these rules must hold:",
    "none-of": "None of these rules may hold:",
    "at-least": "At least {number} of these rules must hold:",
    "weights": "The weights of those of these rules that fail must stay below {number}:",
}


@click.command("explain")
@click.argument("rule_id", metavar="RULE", shell_complete=complete.rules)
@click.option("--rules", "rule_directories", multiple=True, metavar="DIR", help="Add the YAML rules in a directory.")
@plugin_options
def command(rule_id: str, rule_directories: tuple[str, ...], blocked: tuple[str, ...], only_plugins: str | None) -> int:
    """Say what a rule finds, why it matters and how to mend it.

    RULE is an id or an alias; rules and groups of the nearest lictor.yaml are known, too.
    """
    from pathlib import Path

    policy = policy_choice((), rule_directories, (), (), None)
    root = find_root(Path.cwd())
    prepared = prepare(policy, plugin_choice(blocked, only_plugins), root)
    status = show_problems((problem for problem in prepared.problems if problem.phase == "usage"), root)
    rules = {**prepared.registry.rules, **prepared.plan.rules}
    found = [rules[rule_id]] if rule_id in rules else [rule for rule in rules.values() if rule_id in rule.aliases]
    groups = {group.id: group for ruleset in prepared.plan.rulesets for group in ruleset.groups}
    if len(found) > 1:
        lines = (f"- `{each.id}`: {each.title}" for each in found)
        _print("\n".join([f"{rule_id} is what several rules find:\n", *lines]))
    elif found:
        _print(f"{_facts(found[0])}\n\n{found[0].help or f'# {found[0].title}'}")
    elif rule_id in groups:
        _print(_group(groups[rule_id], rules))
    else:
        hint = did_you_mean(rule_id, {**rules, **groups}) or "lictor rules lists all; --rules DIR adds a directory's"
        raise click.BadParameter(f"no rule '{rule_id}'; {hint}", param_hint="RULE")
    return status


def _print(markdown: str) -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    colored = is_colored("auto", sys.stdout)
    console = Console(width=width_of(sys.stdout), force_terminal=colored, no_color=not colored, highlight=False)
    console.print(Markdown(escape_lines(markdown.expandtabs(4))))


def _facts(rule: Rule) -> str:
    facts = {
        "rule": f"`{rule.id}`",
        "level": rule.level,
        "security severity": rule.security_severity,
        "precision": rule.precision,
        "applies to": ", ".join(f"`{kind}`" for kind in rule.applies_to),
        "needs": ", ".join(rule.needs),
        "also known as": ", ".join(rule.aliases),
        "from": rule.distribution or (rule.location.uri if rule.location else ""),
    }
    lines = [f"- **{name}**: {value}" for name, value in facts.items() if value]
    lines += [
        f"- **parameter** `{name}`: {schema.get('description', '')} (default: `{schema.get('default')}`)"
        for name, schema in rule.parameters.items()
    ]
    return "\n".join(lines)


def _group(group: Group, rules: Mapping[str, Rule]) -> str:
    place = f"{group.location.uri}:{group.location.region.start_line}" if group.location.region else group.location.uri
    facts = {
        "group": f"`{group.id}`",
        "level": group.level,
        "asked": f"only where `{group.when}` finds something" if group.when else "",
        "from": place,
    }
    weighed = group.operator == "weights"
    lines = [f"- **{name}**: {value}" for name, value in facts.items() if value]
    lines += ["", _ASKED_OF_MEMBERS[group.operator].format(number=f"{group.threshold:g}"), ""]
    lines += [
        f"- `{id_}`{f' ({weight:g})' if weighed else ''}: {rules[id_].title}" for id_, weight in group.members.items()
    ]
    return "\n".join([*lines, "", group.message])
