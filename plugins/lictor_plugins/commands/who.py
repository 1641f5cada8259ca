"""`lictor who`: who can assume a role, and whether anybody can who should not."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from lictor import LictorError, describe_problems, dump_json, escape_terminal
from lictor_plugins.access.answers import EXIT_CODES, account_problem, exit_code_of, worst
from lictor_plugins.access.roles import RoleAnswer, answer_role, role_json, role_lines
from lictor_plugins.commands.policy_files import read_every_policy
from lictor_plugins.reasoning.model import Trusted
from lictor_plugins.reasoning.worlds import MADE_UP_ACCOUNT

_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")


@click.command("who")
@click.argument("role_file", metavar="ROLE")
@click.option("--own-account", "own", multiple=True, metavar="ID", help="An account of ours; may be repeated.")
@click.option(
    "--trusted-account",
    "accounts",
    multiple=True,
    metavar="ID",
    help="An account of others that may get in; may be repeated.",
)
@click.option(
    "--trusted-org",
    "organizations",
    multiple=True,
    metavar="o-…",
    help="An organization that may get in; may be repeated.",
)
@click.option("-o", "--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    role_file: str, own: Sequence[str], accounts: Sequence[str], organizations: Sequence[str], output: str
) -> int:
    """Say who can assume a role, whether an outsider can, and the smallest change that shuts outsiders out.

    ROLE is any file with trust policies: a bare policy, a template, a Terraform plan, an account's dump; - is the
    standard input. FILE#NAME is one role of it. An outsider is whoever is of no account and organization that is given;
    if none is given, whoever is of an account that the policy does not name.

    Exit codes: 0 no outsider can, proved; 1 one can; 2 the input is wrong; 3 unknown, or something can't be read.
    """
    trusted = _trusted(own, accounts, organizations)
    root = Path.cwd()
    try:
        found = read_every_policy(role_file, "trust", own[0] if len(own) == 1 else "", root)
    except LictorError as error:
        click.echo(describe_problems(error.problems, root), err=True)
        return exit_code_of(error)
    roles = [answer_role(each, trusted) for each in found]
    if output == "json":
        click.echo(dump_json(_as_data(roles)), nl=False)
    else:
        for number, role in enumerate(roles):
            click.echo("\n" * (number > 0), nl=False)
            for line in role_lines(role):
                click.echo(escape_terminal(line))
    return EXIT_CODES[worst(role.answer.verdict for role in roles)]


def _trusted(own: Sequence[str], accounts: Sequence[str], organizations: Sequence[str]) -> Trusted:
    for option, given in (("--own-account", own), ("--trusted-account", accounts)):
        for account in given:
            if account_problem(account):
                raise click.BadParameter(account_problem(account), param_hint=f"'{option}'")
    for organization in organizations:
        if not _ORGANIZATION.fullmatch(organization):
            message = f"expected an organization's id such as o-a1b2c3d4e5, found '{organization}'"
            raise click.BadParameter(message, param_hint="'--trusted-org'")
    # Who says whom to trust does not trust all others that a policy names.
    ours = own or accounts or ((MADE_UP_ACCOUNT,) if organizations else ())
    return Trusted(frozenset(ours), frozenset(accounts), frozenset(organizations))


def _as_data(roles: Sequence[RoleAnswer]) -> dict[str, Any]:
    """Return the answer of the role that decides, and all answers under `roles`."""
    verdict = worst(role.answer.verdict for role in roles)
    written = [role_json(role) for role in roles]
    deciding = next(each for each in written if each["answer"] == verdict)
    return {**deciding, "roles": written}
