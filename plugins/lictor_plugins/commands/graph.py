"""`lictor graph`: who can become whom, and the ways from outside to administrator rights."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from lictor import (
    Document,
    LictorError,
    Problem,
    Subject,
    describe_problems,
    dump_json,
    escape_terminal,
    find_subjects,
    read_documents,
    relate_subjects,
)
from lictor_plugins.access_graph.answer import Answer, ask
from lictor_plugins.access_graph.data import as_data, dot_lines
from lictor_plugins.access_graph.organization import Organization
from lictor_plugins.access_graph.resources import RESOURCE_POLICY
from lictor_plugins.access_graph.text import lines
from lictor_plugins.commands.policy_files import Deployment, read_policies
from lictor_plugins.reasoning.model import Policy, PolicyKind, Trusted

_EXIT_CODES = {"no": 0, "yes": 1, "unknown": 3}
_EXIT_INPUT = 2
_EXIT_UNREADABLE = 3
_KIND = "aws.account"
_DIGITS = 12


@click.command("graph")
@click.argument("names", nargs=-1, required=True)
@click.option("--from", "start", default="", metavar="PRINCIPAL", help="Look from this principal, not from outside.")
@click.option("--to", "goal", default="", metavar="ROLE", help="Look for ways to this role, not to administrators.")
@click.option("--own-account", "own", multiple=True, metavar="ID", help="An account that is yours; may be repeated.")
@click.option(
    "--trusted-account",
    "accounts",
    multiple=True,
    metavar="ID",
    help="An account that is no stranger; may be repeated.",
)
@click.option(
    "--trusted-org",
    "organizations",
    multiple=True,
    metavar="ID",
    help="An organization that is no stranger; may be repeated.",
)
@click.option(
    "--scp", "scps", multiple=True, metavar="FILE", help="A service control policy of your accounts; may be repeated."
)
@click.option(
    "--rcp", "rcps", multiple=True, metavar="FILE", help="A resource control policy of your accounts; may be repeated."
)
@click.option(
    "--management-account",
    "management",
    multiple=True,
    metavar="ID",
    help="The account that --scp, --rcp spare; may be repeated.",
)
@click.option("-o", "--output", default="text", show_default=True, metavar="[text|json|dot|html=FILE]")
def command(names: tuple[str, ...], output: str, start: str, goal: str, **who: tuple[str, ...]) -> int:
    """Show who can become whom in an AWS account: by assuming roles, by passing them to services, by taking rights.

    NAMES are what lictor check reads: account dumps, templates, folders of them, aws:// for a live account. What they
    hold is taken together.

    A PRINCIPAL or ROLE is an ARN or a name.

    Exit codes: 0 no way from outside to an administrator; 1 there is one; 2 the input is wrong; 3 unknown, or something
    can't be read.
    """
    root = Path.cwd()
    file = _checked_output(output)
    own, accounts = _accounts(who["own"], "--own-account"), _accounts(who["accounts"], "--trusted-account")
    trusted = Trusted(own, accounts, frozenset(who["organizations"]))
    try:
        documents, problems = read_documents(names, root)
        subject = _account(documents, problems, names)
        resources = [found for document in documents for found in find_subjects(document, [RESOURCE_POLICY])[0]]
        answer = ask(subject, trusted, start, goal, organization=_organization(who, root), resources=resources)
        _write(answer, output, file)
    except LictorError as error:
        click.echo(describe_problems(error.problems, root), err=True)
        is_usage = all(problem.phase == "usage" for problem in error.problems)
        return _EXIT_INPUT if is_usage else _EXIT_UNREADABLE
    if problems:
        click.echo(describe_problems(problems, root), err=True)
    if any(problem.level == "error" for problem in problems):
        return _EXIT_UNREADABLE
    return _EXIT_CODES[answer.verdict]


def _organization(given: Mapping[str, tuple[str, ...]], root: Path) -> Organization:
    def read(option: str, kind: PolicyKind) -> tuple[Policy, ...]:
        return tuple(found.policy for name in given[option] for found in read_policies(name, kind, Deployment(), root))

    management = _accounts(given["management"], "--management-account")
    return Organization(read("scps", "scp"), read("rcps", "rcp"), management)


def _checked_output(output: str) -> str:
    name, _, file = output.partition("=")
    if name not in ("text", "json", "dot", "html") or (file and name != "html"):
        raise click.BadParameter(f"'{output}' is none of text, json, dot and html=FILE", param_hint="'--output'")
    if name == "html" and not file:
        raise click.BadParameter("a page needs a file to go to: html=FILE", param_hint="'--output'")
    return file


def _accounts(ids: tuple[str, ...], option: str) -> frozenset[str]:
    for each in ids:
        if not (len(each) == _DIGITS and each.isascii() and each.isdigit()):
            raise click.BadParameter(f"expected twelve digits, found '{each}'", param_hint=f"'{option}'")
    return frozenset(ids)


def _account(documents: tuple[Document, ...], problems: tuple[Problem, ...], names: tuple[str, ...]) -> Subject:
    mistakes = [problem for problem in problems if problem.level == "error" and problem.phase == "usage"]
    if mistakes:
        raise LictorError(mistakes)
    found: list[Subject] = []
    wrong = list(problems)
    for document in documents:
        subjects, more = find_subjects(document, [_KIND])
        found += subjects
        wrong += more
    for subject in relate_subjects(found):
        if subject.value["principals"]:
            return subject
    errors = [problem for problem in wrong if problem.level == "error"]
    if errors:
        raise LictorError(errors)
    message = f"no role and no user in {', '.join(names)}"
    hint = "name account dumps, templates or aws://; 'lictor query --kind aws.account' shows what is found"
    raise LictorError([Problem("bad-request", message, "usage", hint=hint)])


def _write(answer: Answer, output: str, file: str) -> None:
    if file:
        from lictor_plugins.access_graph.page import page  # only who wants a page needs its assets

        try:
            Path(file).write_text(page(answer), encoding="utf-8")
        except OSError as error:
            message = f"'{file}' can't be written: {error.strerror}"
            problem = Problem("bad-request", message, "usage", hint="name a file in a folder that is there")
            raise LictorError([problem]) from None
        click.echo(next(lines(answer)))
    elif output == "json":
        click.echo(dump_json(as_data(answer)), nl=False)
    else:
        shown: Any = dot_lines(answer) if output == "dot" else lines(answer)
        for line in shown:
            click.echo(escape_terminal(line))
