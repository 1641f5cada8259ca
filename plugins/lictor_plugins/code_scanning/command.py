"""`lictor upload`: send a SARIF log to GitHub code scanning."""

import errno
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from lictor import LictorError, describe_problem
from lictor_plugins.code_scanning.checkout import checkout_at
from lictor_plugins.code_scanning.client import Client
from lictor_plugins.code_scanning.log import pack, read_log, with_category

_API = "https://api.github.com"
EXIT_USAGE = 2
EXIT_INCOMPLETE = 3


@click.command("upload")
@click.argument("log", metavar="LOG|-")
@click.option("--repository", default="", metavar="OWNER/NAME", help="Whose alerts these are.")
@click.option("--commit", default="", metavar="SHA", help="The commit that was checked.")
@click.option("--ref", default="", metavar="REF", help="Its branch or pull request: refs/heads/…, refs/pull/N/merge.")
@click.option("--category", default="lictor", show_default=True, help="Keeps analyses of one commit apart.")
@click.option("--api-url", default="", metavar="URL", help="The API of a GitHub Enterprise server.")
@click.option("--wait", "seconds", default=120, show_default=True, type=click.IntRange(0), help="Seconds to wait.")
@click.option("--allow-incomplete", is_flag=True, help="Upload the log of a run that could not check everything.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
def command(
    log: str, category: str, api_url: str, seconds: int, *, allow_incomplete: bool, dry_run: bool, **named: str
) -> int:
    """Send a SARIF log to GitHub code scanning, and wait until it is processed.

    The token is read from GITHUB_TOKEN or GH_TOKEN. Repository, commit and ref are worked out as GitHub's own action
    does, and every option wins over that.
    """
    try:
        raw = sys.stdin.buffer.read() if log == "-" else _bytes_of(Path(log))
        read = with_category(read_log(raw, log, is_incomplete_allowed=allow_incomplete), category)
        checkout = checkout_at(Path.cwd(), os.environ, **named)
        packed = pack(read)
    except OSError as error:
        return _tell([f"lictor: can't read '{log}': {error.strerror}"], EXIT_USAGE)
    except LictorError as error:
        return _tell(map(describe_problem, error.problems), EXIT_USAGE)
    what = f"{_count(read)} as {checkout.ref} at {checkout.commit[:12]} of {checkout.repository}"
    if checkout.is_merge_queue:
        return _tell(["not uploaded: a merge queue deletes its ref when it is done, and the analysis with it"], 0)
    token = os.environ.get("GITHUB_TOKEN") or os.environ.get("GH_TOKEN")
    if dry_run or not token:
        return (
            _tell([f"would upload {what}"], 0) if dry_run else _tell(["lictor: no token: set GITHUB_TOKEN"], EXIT_USAGE)
        )
    try:
        client = Client(api_url or os.environ.get("GITHUB_API_URL") or _API, checkout.repository, token)
        identity = client.upload(
            {
                "commit_sha": checkout.commit,
                "ref": checkout.ref,
                "sarif": packed,
                "checkout_uri": f"{checkout.root.as_uri()}/",
            }
        )
        click.echo(f"uploaded {what}")
        done = client.wait(identity, seconds)
    except LictorError as error:
        return _tell(map(describe_problem, error.problems), EXIT_INCOMPLETE)
    if done.status == "complete":
        click.echo(f"processed: {done.analyses_url or done.id}")
    else:
        click.echo(f"GitHub is still processing it after {seconds} s (id {done.id})")
    return 0


def _bytes_of(path: Path) -> bytes:
    if path.exists() and not path.is_file():  # reading a FIFO would wait for ever
        raise OSError(errno.EINVAL, "it is no regular file")
    return path.read_bytes()


def _tell(lines: Iterable[str], code: int) -> int:
    for line in lines:
        click.echo(line, err=True)
    return code


def _count(log: dict[str, list[dict[str, list[object]]]]) -> str:
    number = sum(len(run.get("results") or ()) for run in log["runs"])
    return "1 result" if number == 1 else f"{number} results"
