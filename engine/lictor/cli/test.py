"""`lictor test`: do rules find what their cases say?"""

from pathlib import Path

import click

from lictor.api.cases import CaseOutcome, RuleTest, try_rules
from lictor.cli.options import plugin_choice, plugin_options
from lictor.cli.output import count
from lictor.cli.problems import show_problems
from lictor.report import describe_place, escape_terminal

EXIT_FAILED = 1
EXIT_NOTHING = 3


@click.command("test")
@click.argument("directories", nargs=-1, required=True, metavar="DIR...", type=click.Path(exists=True, file_okay=False))
@click.option("-v", "--verbose", is_flag=True, help="Name the cases that pass, too.")
@plugin_options
def command(directories: tuple[str, ...], verbose: bool, blocked: tuple[str, ...], only_plugins: str | None) -> int:
    """Run the cases of the rules in a directory: cases.yaml, and the Avoid and Prefer blocks of rule.md.

    Python beside a rule (check.py) is run: test what you trust.
    """
    choice = plugin_choice(blocked, only_plugins)
    tested = [result for directory in directories for result in try_rules(Path(directory), choice)]
    status = show_problems(problem for test, _ in tested for problem in test.problems)
    outcomes = [(test, outcome) for test, results in tested for outcome in results]
    for test, outcome in outcomes:
        _show(test, outcome, verbose=verbose)
    failed = sum(bool(outcome.differences) for _, outcome in outcomes)
    rules, cases = count(len(tested), "rule"), count(len(outcomes), "case")
    click.echo(f"{rules}, {cases}: {len(outcomes) - failed} passed, {failed} failed")
    if failed:
        return EXIT_FAILED
    if not outcomes and not status:
        click.echo("nothing was tested: a rule is a folder with rule.yaml and cases.yaml", err=True)
        return EXIT_NOTHING
    return status


def _show(test: RuleTest, outcome: CaseOutcome, *, verbose: bool) -> None:
    rule_id = test.rule.id if test.rule else test.folder.name
    if outcome.differences:
        where = describe_place(outcome.case.location) if outcome.case.location else test.folder.as_posix()
        click.echo(escape_terminal(f"FAILED {rule_id}: {outcome.case.name} ({where})"))
        for difference in outcome.differences:
            for line in difference.splitlines():
                click.echo(escape_terminal(f"  {line}"))
    elif verbose:
        click.echo(escape_terminal(f"passed {rule_id}: {outcome.case.name}"))
