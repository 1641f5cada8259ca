"""What is checked out in a repository, read from its files: no git is run, and nothing that it configures."""

import re
from pathlib import Path

from lictor.model import Revision
from lictor.patterns import lazy_pattern

_ID = lazy_pattern(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_SECTION = lazy_pattern(r'\[remote "origin"\]\s*', re.IGNORECASE)
_URL = lazy_pattern(r"url\s*=\s*(\S+)")
_SHORT_SSH = lazy_pattern(r"(?:[^@/:]+@)?([^/:@]+):(?!//)(.+)")
_URI = lazy_pattern(r"([a-z][a-z0-9+.-]*)://(?:[^@/]*@)?([^/?#]+)(/[^?#]*)?", re.IGNORECASE)
_MOST = 1_000_000


def revision_of(root: Path) -> Revision | None:
    """Return what is checked out at a repository's root; None when it is none, or has no commit or no origin."""
    directory = _git_directory(root)
    if directory is None:
        return None
    common = _linked(directory, _read(directory / "commondir").strip())
    head = _read(directory / "HEAD").strip()
    name = head.removeprefix("ref: ") if head.startswith("ref: ") else ""
    commit = (
        (_read(directory / name).strip() or _read(common / name).strip() or _packed(common, name)) if name else head
    )
    uri = public_uri(_origin(_read(common / "config")))
    if not _ID.fullmatch(commit) or not uri:
        return None
    return Revision(uri, commit, name.removeprefix("refs/heads/") if name.startswith("refs/heads/") else "")


def public_uri(address: str) -> str:
    """Return the address of a repository as an https uri without anyone's name or password; "" for one on a disk.

    >>> public_uri("git@github.com:acme/infra.git"), public_uri("https://me:token@github.com/acme/infra?x=1")
    ('https://github.com/acme/infra', 'https://github.com/acme/infra')
    """
    uri = _URI.fullmatch(address.partition("?")[0].partition("#")[0])
    short = None if uri else _SHORT_SSH.fullmatch(address)
    if uri and uri[1].lower() in ("https", "http", "ssh", "git"):
        host, path = uri[2].partition(":")[0], uri[3] or ""
    elif short and not re.fullmatch(r"[A-Za-z]", short[1]):
        host, path = short[1], f"/{short[2].lstrip('/')}"
    else:
        return ""
    from urllib.parse import quote

    return f"https://{host}{quote(path.rstrip('/').removesuffix('.git'), safe='/%')}"


def _git_directory(root: Path) -> Path | None:
    """Return where git keeps a repository: `.git`, or what the file `.git` of a worktree or submodule names."""
    entry = root / ".git"
    if entry.is_dir():
        return entry
    text = _read(entry)
    return _linked(root, text.removeprefix("gitdir:").strip()) if text.startswith("gitdir:") else None


def _linked(base: Path, name: str) -> Path:
    return base / name if name else base


def _packed(directory: Path, name: str) -> str:
    lines = (line.split(" ") for line in _read(directory / "packed-refs").splitlines())
    return next((line[0] for line in lines if line[1:] == [name]), "")


def _origin(config: str) -> str:
    is_origin = False
    for line in map(str.strip, config.splitlines()):
        if line.startswith("["):
            is_origin = bool(_SECTION.match(line))
        elif is_origin and (found := _URL.match(line)):
            return found[1].strip('"')
    return ""


def _read(path: Path) -> str:
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            return file.read(_MOST).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""
