"""`lictor check --fix` and `--diff`: say what fixes do, and write it."""

import difflib
from collections.abc import Iterator
from pathlib import Path

import click

from lictor.api import CheckRequest
from lictor.api.fixing import FixedFile, Fixes, propose_fixes
from lictor.cli.output import count, write_bytes
from lictor.cli.problems import show_problems
from lictor.documents import is_address, without_secrets
from lictor.report import describe_place


def fix_files(request: CheckRequest) -> bool:
    """Apply fixes and write the files; say what was done. Return whether every file could be written."""
    fixes = propose_fixes(request)
    is_written = True
    for file in fixes.files:
        try:
            write_bytes([file.raw], Path(request.root / file.uri))
        except OSError as error:
            click.echo(f"lictor: can't write '{file.uri}': {error.strerror}", err=True)
            is_written = False
    _tell(fixes, request, "fixed")
    return is_written


def show_diff(request: CheckRequest) -> int:
    """Print what fixes would change, as a unified diff; return the exit code of the files as they are."""
    fixes = propose_fixes(request)
    for file in fixes.files:
        click.echo("".join(_unified(file)), nl=False)
    _tell(fixes, request, "would fix")
    show_problems(fixes.report.problems, request.root)
    return fixes.report.exit_code


def _unified(file: FixedFile) -> Iterator[str]:
    before, after = file.before.splitlines(keepends=True), file.after.splitlines(keepends=True)
    for line in difflib.unified_diff(before, after, f"a/{file.uri}", f"b/{file.uri}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _tell(fixes: Fixes, request: CheckRequest, verb: str) -> None:
    for name in filter(is_address, request.names):
        click.echo(
            f"{without_secrets(name)}: not fixed: only files can be changed, not what an address stands for", err=True
        )
    for refused in fixes.refused:
        where = describe_place(refused.finding.location)
        click.echo(f"{where}: not fixed: {refused.reason} [{refused.finding.rule_id}]", err=True)
    click.echo(f"{verb} {count(len(fixes.applied), 'finding')} in {count(len(fixes.files), 'file')}", err=True)
