"""`lictor ruleset`: what a ruleset directs."""

from pathlib import Path

import click

from lictor.api import PolicyChoice, plugins_for, prepare
from lictor.cli.options import plugin_choice, plugin_options
from lictor.cli.problems import show_problems
from lictor.cli.root import find_root
from lictor.report import dump_json, escape_lines
from lictor.rulesets import render_ruleset, ruleset_as_data


@click.group("ruleset")
def command() -> None:
    """Look at rulesets."""


@command.command("show", short_help="Show what a ruleset comes to, and where each value is from")
@click.argument("name", metavar="[ID|FILE]", required=False)
@click.argument("rule_id", metavar="[RULE]", required=False)
@click.option("--rules", "rule_directories", multiple=True, metavar="DIR", help="Add the YAML rules in a directory.")
@click.option("-o", "--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--source", "is_source", is_flag=True, help="Show the Python that asks all rules of a kind at once.")
@plugin_options
def show(  # noqa: PLR0917 - one argument an option
    name: str | None,
    rule_id: str | None,
    rule_directories: tuple[str, ...],
    output: str,
    is_source: bool,
    blocked: tuple[str, ...],
    only_plugins: str | None,
) -> int:
    """Show the effective ruleset, with the file and line that each value comes from.

    Without a name, the ruleset that `check` would use here.
    """
    policy = PolicyChoice((name,) if name else (), tuple(Path(directory) for directory in rule_directories))
    root = find_root(Path.cwd())
    prepared = prepare(policy, plugin_choice(blocked, only_plugins), root)
    status = show_problems(prepared.problems, root)
    rulesets = prepared.plan.rulesets
    if rule_id and rulesets and not any(rule_id in ruleset.settings for ruleset in rulesets):
        raise click.BadParameter(f"'{rule_id}' has no setting in {rulesets[0].id}", param_hint="RULE")
    if is_source:
        from lictor.evaluate import compile_plan, screen_sources

        plan = compile_plan(prepared.plan, prepared.registry, {})
        click.echo(escape_lines("\n".join(screen_sources(plan))), nl=False)
    elif output == "json":
        click.echo(dump_json([ruleset_as_data(ruleset, rule_id) for ruleset in rulesets]), nl=False)
    else:
        text = "\n".join(render_ruleset(ruleset, rule_id).rstrip() + "\n" for ruleset in rulesets)
        click.echo(escape_lines(text), nl=False)
    return status


@command.command("list")
@plugin_options
def list_rulesets(blocked: tuple[str, ...], only_plugins: str | None) -> int:
    """List the rulesets that can be extended by id."""
    plugins = plugin_choice(blocked, only_plugins)
    ids = tuple(sorted(plugins_for(plugins).registry.rulesets))
    prepared = prepare(PolicyChoice(ids), plugins, Path.cwd())
    status = show_problems(prepared.problems)
    titles = {ruleset.id: ruleset.title for ruleset in prepared.plan.rulesets}
    width = max(map(len, ids), default=0)
    for id_ in ids:
        click.echo(f"{id_:<{width}}  {titles.get(id_, '')}".rstrip())
    return status
