"""`lictor new`: start a rule that works."""

from pathlib import Path

import click

from lictor.api import PluginChoice, plugins_for
from lictor.cli import complete
from lictor.errors import LictorError, did_you_mean
from lictor.rules import new_rule_files


@click.group("new")
def command() -> None:
    """Start a new rule."""


@command.command("rule", short_help="Write a rule with its page and its cases")
@click.argument("rule_id", metavar="ID")
@click.option(
    "--kind",
    default="document",
    show_default=True,
    metavar="KIND",
    shell_complete=complete.kinds,
    help="What the rule is about.",
)
@click.option("--title", default="", metavar="TEXT", help="What the rule says, in one line.")
@click.option("--rules", "directory", default="rules", show_default=True, metavar="DIR", help="Where to put it.")
def rule(rule_id: str, kind: str, title: str, directory: str) -> int:
    """Write a rule with its page and its cases, all of which pass, to change into your own.

    ID is kebab-case, area first, and says what is wrong: role-name-unprefixed.
    """
    kinds = plugins_for(PluginChoice()).registry.kinds
    if kind not in kinds:
        hint = did_you_mean(kind, kinds) or f"kinds are {', '.join(sorted(kinds))}"
        raise click.BadParameter(f"no kind '{kind}'; {hint}", param_hint="'--kind'")
    try:
        files = new_rule_files(rule_id, kind, title)
    except LictorError as error:
        problem = error.problems[0]
        param_hint = "'--kind'" if problem.code == "unknown-kind" else "ID"
        raise click.BadParameter(f"{problem.message}; {problem.hint}", param_hint=param_hint) from error
    paths = [Path(directory) / name for name in files]
    taken = next((path for path in paths if path.exists()), None)
    if taken:
        raise click.UsageError(f"'{taken}' is there already")
    for path, text in zip(paths, files.values(), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        click.echo(f"wrote {path}")
    click.echo(f"\ntry it:  lictor test {directory}\nuse it:  lictor check --rules {directory} --only {rule_id} FILE")
    click.echo(f"editor:  lictor schema > {directory}/lictor.schema.json   (then it completes and checks)")
    return 0
