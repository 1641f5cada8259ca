"""`lictor diff`: what a change of policies newly allows and newly forbids."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from lictor import (
    NEW_ACCESS,
    LictorError,
    Problem,
    describe_problems,
    dump_json,
    escape_terminal,
    report_of,
    reporter_names,
    write_report,
)
from lictor_plugins.access.answers import EXIT_CODES, account_problem, exit_code_of, worst
from lictor_plugins.access.changes import AccessChange, changes_of
from lictor_plugins.access.findings import change_text, changes_json, finding_for
from lictor_plugins.access.sides import Sides, holds_policies, paired, read_sides
from lictor_plugins.commands.policy_files import SUBJECT_KINDS
from lictor_plugins.reasoning.model import PolicyKind

_OWN_FORMATS = ("text", "json")


@click.command("diff")
@click.argument("names", nargs=-1, required=True, metavar="OLD NEW | REF..REF | REF")
@click.option(
    "--path",
    "paths",
    multiple=True,
    metavar="PATH",
    help="Look only at this file or folder of the commits; may be repeated.",
)
@click.option("--kind", type=click.Choice(sorted(SUBJECT_KINDS)), help="What a file that is one bare policy holds.")
@click.option("--account", default="", metavar="ID", help="The account of the policies, if nothing in them says it.")
@click.option("-o", "--output", default="text", show_default=True, metavar="FORMAT", help="text, json, sarif, …")
def command(names: Sequence[str], paths: Sequence[str], kind: PolicyKind | None, account: str, output: str) -> int:
    """Say what a change of policies newly allows and newly forbids, each with a request that shows it.

    OLD and NEW are two files or two folders. REF..REF are two commits, REF...REF begins where they went apart, and REF
    alone is compared with the work tree. What means the same is no change, however it is written.

    Exit codes: 0 nothing is newly allowed, proved; 1 something is; 2 the input is wrong; 3 unknown, or something can't
    be read.
    """
    root = Path.cwd()
    _check(names, account, output)
    try:
        sides = read_sides(names, paths, root)
    except LictorError as error:
        click.echo(describe_problems(error.problems, root), err=True)
        return exit_code_of(error)
    pairs, found = paired(sides.files, kind, account)
    problems = [problem for problem in (*sides.problems, *found) if problem.level == "error"]
    is_of_paths = all(Path(name).exists() for name in names)
    if not (pairs or problems) and is_of_paths and not holds_policies(sides.files, kind):
        # a change of commits may be about other things; who names files means policies
        hint = "--kind says what kind of policy the documents are"
        problems.append(Problem("nothing-checked", "nothing was compared: there is no policy", "document", hint=hint))
    changes = [change for pair in pairs for change in changes_of(pair)]
    _show(output, sides, changes, problems, policies=len(pairs), root=root)
    verdict = worst(change.answer.verdict for change in changes if change.direction == "allows")
    if verdict == "yes" or not problems:
        return EXIT_CODES[verdict]
    return exit_code_of(LictorError(problems))


def _check(names: Sequence[str], account: str, output: str) -> None:
    if len(names) > 2:  # noqa: PLR2004 - OLD and NEW
        raise click.UsageError("give OLD and NEW, or one or two commits")
    if account and account_problem(account):
        raise click.BadParameter(account_problem(account), param_hint="'--account'")
    if output not in (*_OWN_FORMATS, *reporter_names()):
        known = ", ".join(sorted({*_OWN_FORMATS, *reporter_names()}))
        raise click.BadParameter(f"no output format '{output}'; formats are {known}", param_hint="'--output'")


def _show(
    output: str,
    sides: Sides,
    changes: Sequence[AccessChange],
    problems: Sequence[Problem],
    *,
    policies: int,
    root: Path,
) -> None:
    if output in _OWN_FORMATS and problems:
        click.echo(describe_problems(problems, root), err=True)
    if output == "json":
        click.echo(dump_json(_as_data(changes, problems)), nl=False)
    elif output == "text":
        for change in changes:
            click.echo(escape_terminal(change_text(change, sides.old_name)))
        click.echo(_summary(changes, policies, is_complete=not problems))
    else:
        report = report_of(
            map(finding_for, changes),
            [NEW_ACCESS],
            problems,
            documents=sum(len(file.after or file.before) for file in sides.files),
            subjects=policies,
            broken_gates=["the change newly allows something"] if _is_widening(changes) else (),
        )
        click.echo(write_report(report, output, root), nl=False)


def _is_widening(changes: Sequence[AccessChange]) -> bool:
    return any(change.direction == "allows" and change.answer.verdict == "yes" for change in changes)


def _as_data(changes: Sequence[AccessChange], problems: Sequence[Problem]) -> dict[str, Any]:
    data = changes_json(changes)
    if problems and data["answer"] == "no":
        data |= {"answer": "unknown", "because": f"not all could be read: {problems[0].message}"}
    return data


def _summary(changes: Sequence[AccessChange], policies: int, *, is_complete: bool) -> str:
    allowed = sum(change.direction == "allows" and change.answer.verdict == "yes" for change in changes)
    forbidden = sum(change.direction == "forbids" and change.answer.verdict == "yes" for change in changes)
    unknown = sum(change.answer.verdict == "unknown" for change in changes)
    compared = f"{policies} {'policy' if policies == 1 else 'policies'} compared"
    told = (
        [f"{allowed} newly {'allows' if allowed == 1 else 'allow'} something"] if allowed else ["nothing newly allowed"]
    )
    told.append(
        f"{forbidden} newly {'forbids' if forbidden == 1 else 'forbid'} something"
        if forbidden
        else "nothing newly forbidden"
    )
    if unknown:
        told.append(f"{unknown} not known")
    if not is_complete:
        told = [*(told if changes else []), "not all could be read"]
    return f"{compared}: {', '.join(told)}"
