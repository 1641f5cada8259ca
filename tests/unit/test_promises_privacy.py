"""Nothing leaves the machine that was not asked for: no path of it, no secret of a document, no word over a network."""

import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Lictor = Callable[..., Any]

FORMATS = ("text", "compact", "json", "sarif", "sarif-github", "github", "junit", "markdown", "html", "gitlab", "azure")
FORMATS += ("baseline",)
KEY = "AKIAIOSFODNN7EXAMPLE"
EXTERNAL_ID = "partner-4711"
NO_SOCKETS = """
import socket

def refuse(*arguments, **options):
    raise RuntimeError("a socket was asked for")

socket.socket = socket.create_connection = socket.getaddrinfo = socket.socketpair = refuse
"""


def policy(**more: Any) -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=1)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    root = tmp_path / "somewhere" / "work"
    (root / "roles").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "roles" / "a.json").write_text(policy())
    (root / "roles" / "broken.json").write_text("{")
    (root / "roles" / "gone.json").symlink_to(root / "nowhere.json")
    (tmp_path / "outside.json").write_text(policy())
    (root / "rules" / "broken").mkdir(parents=True)
    (root / "rules" / "broken" / "rule.yaml").write_text(
        "id: acme-broken\ntitle: T\napplies-to: [document]\ndeny: '@ =='\nmessage: m\n"
    )
    (root / "rules" / "broken" / "check.py").write_text("")
    (root / "mine.yaml").write_text("id: mine\nextends: aws-trust\nrules: {trust-wildcard-principle: error}\n")
    return root


def written_by(ran: Any, folder: Path) -> str:
    return ran.out + ran.err + "".join((folder / f"{name}.out").read_text() for name in FORMATS)


@pytest.mark.parametrize(
    ("where", "ruleset"), [("root", "aws-trust"), ("inside", "mine.yaml"), ("outside", "aws-trust")]
)
def test_no_output_names_the_machines_folders(
    work: Path, tmp_path: Path, home: Path, lictor: Lictor, where: str, ruleset: str
) -> None:
    files = [word for name in FORMATS for word in ("-o", f"{name}={tmp_path / name}.out")]
    names = [str(work / "roles"), str(tmp_path / "outside.json"), str(work / "roles" / "*.json")]
    options = ["--rules", str(work / "rules"), "--ruleset", str(work / ruleset) if ruleset == "mine.yaml" else ruleset]
    start = {"root": work, "inside": work / "roles", "outside": tmp_path}[where]
    ran = lictor(start, "check", *names, *options, *files, *(["--root", str(work)] if where == "outside" else []))
    assert ran.code in {1, 2}
    written = written_by(ran, tmp_path)
    assert "acme-broken" in written or "rules/broken" in written
    for folder in (str(work), str(tmp_path), str(home)):
        assert folder not in written


def test_a_ruleset_above_the_root_is_named_from_it(work: Path, tmp_path: Path, lictor: Lictor) -> None:
    (work / "lictor.yaml").write_text("id: mine\nrules: {trust-wildcard-principle: error}\n")
    ran = lictor(work, "check", "roles", "--root", "roles", "-o", "compact")
    assert ran.code == 2
    assert "../lictor.yaml:2:9: error unknown-rule" in ran.out
    assert str(tmp_path) not in ran.out + ran.err


def test_nothing_is_written_beside_what_was_asked_for(work: Path, home: Path, lictor: Lictor) -> None:
    before = sorted(work.rglob("*"))
    lictor(work, "check", "roles", "-o", "text", "-o", "json=out.json")
    assert sorted(work.rglob("*")) == sorted([*before, work / "out.json"])
    assert {path.relative_to(home).parts[:2] for path in home.rglob("*") if path.is_file()} <= {(".cache", "lictor")}


@pytest.mark.parametrize("indent", ["json", "yaml"])
def test_mask_covers_access_keys_and_external_ids_everywhere(
    work: Path, tmp_path: Path, lictor: Lictor, indent: str
) -> None:
    for path in (work / "roles").iterdir():
        path.unlink()
    ids = {"StringEquals": {"sts:ExternalId": [EXTERNAL_ID]}, "StringEqualz": {"sts:ExternalId": EXTERNAL_ID}}
    secret = policy(Sid=KEY, Condition=ids, **{KEY: EXTERNAL_ID, "NotAction": [KEY]})
    if indent == "yaml":
        lines = [f"  - Effect: Allow\n    Sid: {KEY}\n    Principal: {{AWS: [{KEY}, '*']}}"]
        lines += [f"    Action: [{KEY}, sts:AssumeRole]"]
        lines += ["    Condition:\n      StringEqualz:\n        sts:ExternalId:", f"        - {EXTERNAL_ID}"]
        (work / "roles" / "a.yaml").write_text("Statement:\n" + "\n".join([*lines, f"    {KEY}: {EXTERNAL_ID}", ""]))
    else:
        (work / "roles" / "a.json").write_text(secret)
        (work / "roles" / "b.json").write_text(json.dumps(json.loads(secret)))
        (work / "roles" / "c.json").write_text(f'{{"{KEY}": {KEY}')
    files = [word for name in FORMATS for word in ("-o", f"{name}={tmp_path / name}.out")]
    shown = written_by(lictor(work, "check", "roles", *files), tmp_path)
    assert KEY in shown
    assert EXTERNAL_ID in shown
    masked = written_by(lictor(work, "check", "roles", "--mask", *files), tmp_path)
    assert "trust-wildcard-principal" in masked
    assert KEY not in masked
    assert EXTERNAL_ID not in masked


def test_no_command_needs_a_network(work: Path, tmp_path: Path, lictor: Lictor) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_SOCKETS)
    path = str(tmp_path)
    assert lictor(work, "check", "roles/a.json", "--jobs", "2", PYTHONPATH=path).code == 1
    (work / "remote.yaml").write_text("id: mine\nextends: https://rules.example/strict.yaml\n")
    ran = lictor(work, "check", "roles/a.json", "--ruleset", "remote.yaml", PYTHONPATH=path)
    assert (ran.code, "remote-extends" in ran.out) == (2, True)
    for words in (("explain", "trust-wildcard-principal"), ("rules",), ("plugins",)):
        assert lictor(work, *words, PYTHONPATH=path).code == 0, words
    assert lictor(work, "query", "Statement", "roles/a.json", PYTHONPATH=path).code == 0


def archive(path: Path) -> None:
    content = policy().encode()
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("../../a.json", content)
        return
    with tarfile.open(path, "w:gz") as file:
        member = tarfile.TarInfo("/etc/a.json")
        member.size = len(content)
        file.addfile(member, io.BytesIO(content))


@pytest.mark.parametrize("name", ["policies.zip", "policies.tar.gz", "policies.tgz", "POLICIES.ZIP"])
def test_an_archive_that_is_named_is_not_opened_and_says_so(work: Path, lictor: Lictor, name: str) -> None:
    archive(work / name)
    ran = lictor(work, "check", name, "-o", "compact")
    assert ran.code == 2
    assert f"{name}: error unsupported-format" in ran.out
    assert "files are not opened" in ran.out
    both = lictor(work, "check", name, "roles/a.json", "-o", "compact")
    assert both.code == 1
    assert "roles/a.json:7:12: error trust-wildcard-principal" in both.out
    assert "unsupported-format" in both.out


def test_an_archive_with_the_name_of_a_policy_is_a_problem_of_that_file(work: Path, lictor: Lictor) -> None:
    archive(work / "a.zip")
    (work / "a.zip").rename(work / "zip.json")
    ran = lictor(work, "check", "zip.json", "-o", "json")
    assert ran.code == 3
    assert [problem["code"] for problem in json.loads(ran.out)["problems"]] == ["bad-encoding"]
