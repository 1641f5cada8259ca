"""`lictor baseline`: write down the findings that a team already knows, and take out those that are gone."""

from pathlib import Path
from typing import Any

import click

from lictor.api import CheckRequest, check
from lictor.api.known import baseline_text
from lictor.cli.cache import cache_directory
from lictor.cli.choices import check_request
from lictor.cli.options import plugin_options, policy_options
from lictor.cli.output import count, write
from lictor.cli.problems import show_problems
from lictor.cli.root import find_root
from lictor.model import Problem, Report
from lictor.report import prune_baseline, read_baseline, write_baseline

DEFAULT = ".lictor-baseline.json"

_names = click.argument("names", nargs=-1, metavar="[FILE|DIR|GLOB]...")
_file = click.option("--file", default=DEFAULT, metavar="FILE", show_default=True, help="The baseline.")


@click.group("baseline")
def command() -> None:
    """Keep the findings that are known already, so that 'check --baseline' fails on new ones only."""


@command.command("write")
@_names
@policy_options
@_file
@plugin_options
def write_command(names: tuple[str, ...], **options: Any) -> int:
    """Check, and write every finding into the baseline. What it held before is forgotten."""
    if _is_of_others(Path(options["file"])):
        message = f"'{options['file']}' is there and is no baseline; remove it first, or name another file"
        raise click.BadParameter(message, param_hint="'--file'")
    report = check(_request(names, options))
    if _is_incomplete(report):
        return report.exit_code
    return _write(write_baseline(report), options["file"], f"{count(_known(report), 'finding')} written to")


@command.command("prune")
@_names
@policy_options
@_file
@plugin_options
def prune_command(names: tuple[str, ...], **options: Any) -> int:
    """Check, and take out of the baseline what is no longer found. Nothing is added."""
    request = _request(names, options)
    text = baseline_text(Path(options["file"]), options["file"], request)
    problems = (text,) if isinstance(text, Problem) else read_baseline(text, options["file"])[1]
    if isinstance(text, Problem) or problems:
        return show_problems(problems)
    report = check(request)
    if _is_incomplete(report):
        return report.exit_code
    pruned, gone = prune_baseline(text, report)
    return _write(pruned, options["file"], f"{count(gone, 'finding')} taken out of")


def _request(names: tuple[str, ...], options: dict[str, Any]) -> CheckRequest:
    root = find_root(Path.cwd())
    asked = check_request(names or (".",), root, options)
    return asked._replace(writes=(Path(options["file"]),), cache=cache_directory())


def _is_of_others(path: Path) -> bool:
    """Tell whether a file holds something that never was a baseline, not even a broken one: it would be lost."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    except OSError:
        return False  # writing says what is wrong with it
    return bool(text.strip()) and '"findings"' not in text


def _is_incomplete(report: Report) -> bool:
    """Say what could not be checked: a baseline made of half a run would hide the other half, or lose it."""
    errors = [problem for problem in report.problems if problem.level == "error"]
    if errors:
        show_problems(errors)
        click.echo("lictor: the baseline is left as it is, because not everything was checked", err=True)
    return bool(errors)


def _known(report: Report) -> int:
    return sum(finding.suppression is None for finding in report.findings)


def _write(text: str, target: str, said: str) -> int:
    try:
        write(text, target)
    except OSError as error:
        click.echo(f"lictor: can't write '{target}': {error.strerror}", err=True)
        return 3
    click.echo(f"{said} {target}")
    return 0
