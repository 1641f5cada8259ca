"""What is checked out is read from a repository's files, without git."""

import subprocess
from pathlib import Path

import pytest

from lictor.documents.revision import public_uri, revision_of
from lictor.model import Revision

COMMIT = "0123456789abcdef0123456789abcdef01234567"
CONFIG = '[core]\n\tbare = false\n[remote "fork"]\n\turl = https://x.example/y\n[remote "origin"]\n\turl = {}\n'
ADDRESS = "https://github.com/acme/infra"


def repository(root: Path, head: str = "ref: refs/heads/team/main", url: str = f"{ADDRESS}.git") -> Path:
    git = root / ".git"
    git.mkdir()
    (git / "HEAD").write_text(f"{head}\n")
    (git / "config").write_text(CONFIG.format(url))
    return git


def test_the_commit_of_the_branch_is_found(tmp_path: Path) -> None:
    branch = repository(tmp_path) / "refs" / "heads" / "team" / "main"
    branch.parent.mkdir(parents=True)
    branch.write_text(f"{COMMIT}\n")
    assert revision_of(tmp_path) == Revision(ADDRESS, COMMIT, "team/main")


def test_a_packed_branch_is_found(tmp_path: Path) -> None:
    packed = f"# pack-refs with: peeled fully-peeled sorted\n{'f' * 40} refs/heads/x\n{COMMIT} refs/heads/team/main\n"
    (repository(tmp_path) / "packed-refs").write_text(packed)
    assert revision_of(tmp_path) == Revision(ADDRESS, COMMIT, "team/main")


def test_a_detached_head_has_no_branch(tmp_path: Path) -> None:
    repository(tmp_path, COMMIT)
    assert revision_of(tmp_path) == Revision(ADDRESS, COMMIT)


def test_a_worktree_leads_to_its_repository(tmp_path: Path) -> None:
    home, tree = tmp_path / "home", tmp_path / "tree"
    home.mkdir()
    tree.mkdir()
    git = repository(home)
    branch = git / "refs" / "heads" / "side"
    branch.parent.mkdir(parents=True)
    branch.write_text(COMMIT)
    own = git / "worktrees" / "tree"
    own.mkdir(parents=True)
    (own / "HEAD").write_text("ref: refs/heads/side\n")
    (own / "commondir").write_text("../..\n")
    (tree / ".git").write_text(f"gitdir: {own}\n")
    assert revision_of(tree) == Revision(ADDRESS, COMMIT, "side")


@pytest.mark.parametrize(("head", "url"), [("ref: refs/heads/unborn", ADDRESS), (COMMIT, "/srv/git/infra"), ("", "")])
def test_without_a_commit_or_a_public_origin_there_is_none(tmp_path: Path, head: str, url: str) -> None:
    repository(tmp_path, head, url)
    assert revision_of(tmp_path) is None


def test_a_directory_that_is_no_repository_has_none(tmp_path: Path) -> None:
    assert revision_of(tmp_path) is None


def test_it_is_what_git_says(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
        done = subprocess.run(
            ["git", "-C", tmp_path, *identity, *arguments], check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "one")
    git("remote", "add", "origin", "git@github.com:acme/infra.git")
    expected = Revision(ADDRESS, git("rev-parse", "HEAD"), git("branch", "--show-current"))
    assert revision_of(tmp_path) == expected
    git("pack-refs", "--all")
    assert revision_of(tmp_path) == expected


@pytest.mark.parametrize(
    ("address", "uri"),
    [
        ("ssh://git@github.com:22/acme/infra.git", ADDRESS),
        ("http://user:secret@github.com/acme/infra", ADDRESS),
        ("git@github.com:acme/infra.git", ADDRESS),
        ("https://github.com/acme/a b", "https://github.com/acme/a%20b"),
        ("https://github.com/acme/infra?token=1#x", ADDRESS),
        ("C:/code/infra", ""),
        ("../infra", ""),
        ("file:///srv/infra", ""),
        ("", ""),
    ],
)
def test_an_address_is_told_without_names_and_secrets(address: str, uri: str) -> None:
    assert public_uri(address) == uri
