"""Which repository, commit and ref an analysis is of: flags first, then git, then what GitHub Actions says.

The rules are those of GitHub's own action (github/codeql-action, `git-utils.ts`, read 2026-11), so that findings land
on the same pull request.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from lictor import LictorError, Problem, ask_git

_MERGE = re.compile(r"refs/pull/(\d+)/merge")
_REF = re.compile(r"refs/(heads|tags|pull)/.+")  # the API's own pattern
_COMMIT = re.compile(r"[0-9a-fA-F]{40}([0-9a-fA-F]{24})?")  # SHA-1 or SHA-256
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
_REMOTE = re.compile(r"[:/](?P<name>[\w.-]+/[\w.-]+?)(\.git)?/?$")
_QUEUE = "refs/heads/gh-readonly-queue/"


class Checkout(NamedTuple):
    """What an analysis is of. `root` is where its relative file names count from."""

    repository: str
    commit: str
    ref: str
    root: Path

    @property
    def is_merge_queue(self) -> bool:
        """Whether the ref is one that a merge queue deletes as soon as it is done: uploads to it get lost."""
        return self.ref.startswith(_QUEUE)


Ask = Callable[..., str]
"""Ask git; "" where it has no answer."""


def checkout_at(
    root: Path, environment: Mapping[str, str], *, repository: str = "", commit: str = "", ref: str = ""
) -> Checkout:
    """Work out what is analysed. Raises LictorError that names every part that is missing or wrong."""
    ask = partial(ask_git, root)
    head = ask("rev-parse", "HEAD")
    chosen = Checkout(
        repository or environment.get("GITHUB_REPOSITORY", "") or _remote(ask),
        commit or head or environment.get("GITHUB_SHA", ""),
        ref or _ref(environment, head, ask),
        Path(ask("rev-parse", "--show-toplevel") or root),
    )
    problems = [
        *_wrong("repository", chosen.repository, _REPOSITORY, "owner/name", "--repository or GITHUB_REPOSITORY"),
        *_wrong("commit", chosen.commit, _COMMIT, "the 40 or 64 hexadecimal digits of a commit", "--commit"),
        *_wrong("ref", chosen.ref, _REF, "refs/heads/…, refs/tags/… or refs/pull/…", "--ref or GITHUB_REF"),
    ]
    if problems:
        raise LictorError(problems)
    return chosen


def _wrong(what: str, found: str, form: re.Pattern[str], expected: str, hint: str) -> list[Problem]:
    if form.fullmatch(found):
        return []
    said = f"found '{found}'" if found else "found none"
    return [Problem("bad-checkout", f"{what}: expected {expected}, {said}", "usage", hint=f"name it with {hint}")]


def _ref(environment: Mapping[str, str], head: str, ask: Ask) -> str:
    ref = (
        environment.get("GITHUB_REF") or environment.get("CODE_SCANNING_REF") or ask("symbolic-ref", "--quiet", "HEAD")
    )
    merge = _MERGE.fullmatch(ref)
    if not merge or not head:
        return ref
    # A workflow may check out the head of a pull request and not its merge with the base: `git checkout HEAD^2`.
    is_merge = head in (environment.get("GITHUB_SHA"), ask("rev-parse", f"refs/remotes/pull/{merge[1]}/merge"))
    return ref if is_merge else f"refs/pull/{merge[1]}/head"


def _remote(ask: Ask) -> str:
    found = _REMOTE.search(ask("config", "--get", "remote.origin.url"))
    return found["name"] if found else ""
