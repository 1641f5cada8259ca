"""`lictor sarif check`: the ruleset `sarif-github` on SARIF logs, said as what GitHub would do with them."""

import base64
import binascii
import codecs
import datetime as dt
import gzip
import io
import sys
import zlib
from collections.abc import Iterable
from pathlib import Path

import click

from lictor import (
    Budgets,
    CheckRequest,
    LictorError,
    Location,
    PolicyChoice,
    Problem,
    Receipt,
    Report,
    ReportOptions,
    check,
)
from lictor_plugins.sarif_logs.wording import text_of

_EXIT_FAULTS, _EXIT_NO_LOG, _EXIT_UNREADABLE = 1, 2, 3
_LARGEST = 500_000_000
_BUDGETS = Budgets(file_bytes=_LARGEST, nodes=50_000_000)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_GZIP, _GZIP_AS_BASE64 = b"\x1f\x8b", b"H4sI"
_UNREADABLE = frozenset({"unreadable-file", "file-too-large", "internal-error", "rule-error", "rule-timeout"})


@click.group("sarif")
def sarif() -> None:
    """Work with SARIF logs, of lictor or of any other tool."""


@sarif.command("check", short_help="Say what GitHub would refuse, drop or show wrongly")
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@click.option("-o", "--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--ruleset", default="sarif-github", show_default=True, metavar="ID|FILE", help="Use this ruleset.")
def check_logs(logs: tuple[str, ...], output: str, ruleset: str) -> int:
    """Say what GitHub code scanning would refuse, drop or show wrongly in SARIF logs, and what mends it.

    A LOG may be compressed, or compressed and base64 as in an upload; '-' is the standard input.

    Exit codes: 0 nothing is wrong (notes may be given); 1 something is; 2 it is not there, or no SARIF log; 3 it
    can't be read.
    """
    reports = [_check(log, ruleset) for log in logs]
    report = _merged(reports)
    if output == "json":
        from lictor_plugins.reporters.json import render

        text = render(report, ReportOptions())
    else:
        text = text_of(report)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()
    return report.exit_code


def _check(log: str, ruleset: str) -> Report:
    name = "stdin" if log == "-" else Path(log).as_posix()
    problems: tuple[Problem, ...] = ()
    raw = b"{}"
    try:
        raw = _unpacked(sys.stdin.buffer.read(_LARGEST + 1) if log == "-" else _bytes_of(Path(log)), name)
    except LictorError as error:
        problems = error.problems
    request = CheckRequest(
        names=(),
        root=Path.cwd(),
        today=dt.datetime.now(tz=dt.UTC).date(),
        policy=PolicyChoice(rulesets=(ruleset,)),
        standard_input=raw,
        standard_input_name=name,
        budgets=_BUDGETS,
    )
    report = check(request)
    if problems:
        report = report._replace(problems=problems)
    elif not report.receipt.subjects and _is_no_log(report.problems):
        report = report._replace(problems=(_no_log(name),))
    if raw.startswith(_MARKS):
        report = report._replace(problems=(_marked(name), *report.problems))
    return report._replace(exit_code=_exit_code(report))


def _is_no_log(problems: Iterable[Problem]) -> bool:
    """Tell whether all that is wrong is that the file is of another kind, which the engine says in its own terms."""
    return all(problem.code in ("nothing-checked", "unsupported-format") for problem in problems)


def _marked(name: str) -> Problem:
    message = "expected UTF-8 without a byte order mark: GitHub's upload action can't parse a log that starts with one"
    hint = "in PowerShell 7: Out-File -Encoding utf8NoBOM"
    return Problem("bad-encoding", message, "document", hint=hint, location=Location(name))


def _no_log(name: str) -> Problem:
    message = "expected a SARIF log: a JSON object with 'version' and 'runs'"
    return Problem("bad-document", message, "document", location=Location(name))


def _exit_code(report: Report) -> int:
    errors = [problem for problem in report.problems if problem.level == "error"]
    if any(problem.code in _UNREADABLE for problem in errors):
        return _EXIT_UNREADABLE
    if errors:
        return _EXIT_NO_LOG
    return _EXIT_FAULTS if report.exit_code else 0


def _merged(reports: list[Report]) -> Report:
    first = reports[0]
    receipt = Receipt(*(sum(numbers) for numbers in zip(*(each.receipt for each in reports), strict=True)))
    return first._replace(
        findings=tuple(finding for each in reports for finding in each.findings),
        problems=tuple(problem for each in reports for problem in each.problems),
        rules=tuple({rule.id: rule for each in reports for rule in each.rules}.values()),
        receipt=receipt._replace(rules=first.receipt.rules),
        exit_code=max(each.exit_code for each in reports),
    )


def _bytes_of(path: Path) -> bytes:
    try:
        if not path.is_file():
            if not path.exists():
                location = Location(path.as_posix())
                raise LictorError((Problem("file-not-found", "there is no such file", "usage", location=location),))
            what = "a directory" if path.is_dir() else "nothing that can be read"
            raise _unreadable(path.as_posix(), f"expected a file, found {what}")
        with path.open("rb") as file:
            return file.read(_LARGEST + 1)
    except OSError as error:
        raise _unreadable(path.as_posix(), f"the file can't be read: {(error.strerror or '').lower()}") from error


def _unpacked(raw: bytes, name: str) -> bytes:
    """Return a log as it was before it was compressed for an upload. Raises LictorError."""
    try:
        if raw.startswith(_GZIP_AS_BASE64):
            raw = base64.b64decode(raw)
        if raw.startswith(_GZIP):
            with gzip.open(io.BytesIO(raw)) as file:
                raw = file.read(_LARGEST + 1)
    except (OSError, EOFError, zlib.error, binascii.Error) as error:
        raise _unreadable(name, f"what is compressed in it can't be read: {error}") from error
    return raw


def _unreadable(name: str, message: str) -> LictorError:
    return LictorError((Problem("unreadable-file", message, "document", location=Location(name)),))
