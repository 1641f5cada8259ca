"""Twenty and more changes of a repository: each alert is kept or closed as it should be, by both fingerprints.

Each change is uploaded after what it changes, to a service that tells alerts apart as GitHub does, by the line hash,
and to one that does so by the path. The line hash is GitHub's own and goes over the hundred characters from the start
of the line: it can't know a finding again whose next lines changed, and says so here.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from lictor.cli.group import run
from lictor_plugins.code_scanning.client import Client
from lictor_plugins.code_scanning.log import pack, with_category

Files = dict[str, str]
Policy = dict[str, Any]

CI = "arn:aws:iam::111122223333:role/ci"
OPEN = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
CLOSED = {"Sid": "Ci", "Effect": "Allow", "Principal": {"AWS": CI}, "Action": ["sts:AssumeRole", "sts:TagSession"]}
NAMED = {"Sid": "Everyone", **OPEN, "Action": ["sts:AssumeRole", "sts:TagSession"]}
ONE: Policy = {"Version": "2012-10-17", "Statement": [CLOSED, OPEN]}
TWO: Policy = {"Version": "2012-10-17", "Statement": [NAMED]}
YAML = """\
Resources:
  Reader:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {AWS: "*"}
            Action: "sts:AssumeRole"
  Topic:
    Type: AWS::SNS::Topic
"""


def text(policy: Policy, indent: int | None = 2) -> str:
    return json.dumps(policy, indent=indent) + "\n"


FILES = {"one.json": text(ONE), "two.json": text(TWO), "stack.yaml": YAML}
ALL = 3


class Seen(NamedTuple):
    """How many alerts stay open, are closed, and come."""

    kept: int
    closed: int = 0
    opened: int = 0


SAME = Seen(ALL)
LOST = Seen(ALL - 1, 1, 1)
"""One alert is closed, and opened again as another."""


def edited(name: str, edit: Callable[[str], str]) -> Callable[[Files], Files]:
    def change(files: Files) -> Files:
        assert edit(files[name]) != files[name]
        return {**files, name: edit(files[name])}

    return change


def renamed(old: str, new: str) -> Callable[[Files], Files]:
    return lambda files: {new if name == old else name: content for name, content in files.items()}


def replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda content: content.replace(old, new, 1)


def one(*statements: Policy, **more: Any) -> Callable[[str], str]:
    return lambda _: text({"Version": "2012-10-17", **more, "Statement": list(statements)})


def without_waivers(files: Files) -> Files:
    return {name: content for name, content in files.items() if name != "lictor.yaml"}


WAIVER = """\
id: x
extends: [aws-trust]
waivers:
  - {rules: [trust-wildcard-principal], where: {files: [one.json]}, reason: agreed}
"""
WAIVED = {**FILES, "lictor.yaml": WAIVER}
TWINS = {**FILES, "one.json": text({"Version": "2012-10-17", "Statement": [OPEN, CLOSED, OPEN]})}
MOVED_BELOW = YAML.replace("Resources:\n", "Resources:\n  First:\n    Type: AWS::SNS::Topic\n").replace(
    "  Topic:\n    Type: AWS::SNS::Topic\n", ""
)
LISTED = YAML.replace('AWS: "*"', 'AWS: ["*"]').replace('"sts:AssumeRole"', '["sts:AssumeRole"]')
ORGANISATION = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}

REFACTORINGS: dict[str, tuple[Callable[[Files], Files], Seen, Seen]] = {
    # what is done, what becomes of the alerts by line hash, and by path
    "indent by eight": (edited("one.json", lambda _: text(ONE, 8)), SAME, SAME),
    "indent with tabs": (edited("one.json", lambda old: old.replace("  ", "\t")), SAME, SAME),
    "write on one line": (edited("one.json", lambda _: text(ONE, None)), LOST, SAME),
    "CRLF": (edited("one.json", lambda old: old.replace("\n", "\r\n")), SAME, SAME),
    "byte order mark": (edited("one.json", lambda old: f"\ufeff{old}"), SAME, SAME),
    "no newline at the end": (edited("one.json", lambda old: old.rstrip("\n")), LOST, SAME),
    "blank lines at the end": (edited("two.json", lambda old: f"{old}\n\n"), LOST, SAME),
    "lines above": (edited("stack.yaml", lambda old: f"# one\n# two\n\n{old}"), SAME, SAME),
    "comment lines inside": (edited("stack.yaml", replaced("    Type", "    # why\n    Type")), SAME, SAME),
    "comment at the finding": (edited("stack.yaml", replaced('{AWS: "*"}', '{AWS: "*"}  # everyone')), LOST, SAME),
    "other quotes": (edited("stack.yaml", replaced('{AWS: "*"}', "{AWS: '*'}")), LOST, SAME),
    "no quotes on the next line": (edited("stack.yaml", replaced('"sts:AssumeRole"', "sts:AssumeRole")), LOST, SAME),
    "block instead of flow": (
        edited("stack.yaml", replaced('Principal: {AWS: "*"}', 'Principal:\n              AWS: "*"')),
        LOST,
        SAME,
    ),
    "statements the other way round": (edited("one.json", one(OPEN, CLOSED)), LOST, SAME),
    "keys the other way round": (
        edited("one.json", lambda _: text({"Statement": [CLOSED, dict(reversed(OPEN.items()))]})),
        LOST,
        SAME,
    ),
    "a statement before": (edited("one.json", one({**CLOSED, "Sid": "More"}, CLOSED, OPEN)), SAME, SAME),
    "a statement after": (edited("one.json", one(CLOSED, OPEN, {**CLOSED, "Sid": "More"})), LOST, SAME),
    "a statement before the only one": (edited("two.json", one(CLOSED, NAMED)), SAME, SAME),
    "an object for the list of one statement": (
        edited("two.json", lambda _: text({"Version": "2012-10-17", "Statement": NAMED})),
        LOST,
        SAME,
    ),
    "a list for the principal": (edited("one.json", one(CLOSED, {**OPEN, "Principal": {"AWS": ["*"]}})), LOST, SAME),
    "a list for the action": (edited("one.json", one(CLOSED, {**OPEN, "Action": ["sts:AssumeRole"]})), LOST, SAME),
    "lists for all that is one": (edited("stack.yaml", lambda _: LISTED), LOST, SAME),
    "a new id of the policy": (edited("one.json", one(CLOSED, OPEN, Id="trust")), SAME, SAME),
    "another statement is changed": (
        edited("one.json", one({**CLOSED, "Action": "sts:AssumeRole"}, OPEN)),
        SAME,
        SAME,
    ),
    "resources the other way round": (edited("stack.yaml", lambda _: MOVED_BELOW), LOST, SAME),
    # a name is what a statement goes by, so a new one is a new statement
    "a Sid is added": (edited("one.json", one(CLOSED, {"Sid": "All", **OPEN})), SAME, LOST),
    "a Sid is changed": (edited("two.json", replaced("Everyone", "Anyone")), SAME, LOST),
    # a file is part of what an alert is
    "the file is moved": (renamed("one.json", "roles/one.json"), LOST, LOST),
    "the file is renamed": (renamed("two.json", "three.json"), LOST, LOST),
    "from JSON to YAML": (
        lambda files: {
            **{name: content for name, content in files.items() if name != "two.json"},
            "two.yaml": yaml.safe_dump(TWO, sort_keys=False),
        },
        LOST,
        LOST,
    ),
    "the file is split": (
        lambda files: {
            **files,
            "one.json": text({"Version": "2012-10-17", "Statement": [CLOSED]}),
            "rest.json": text({"Version": "2012-10-17", "Statement": [OPEN]}),
        },
        LOST,
        LOST,
    ),
    "the file is copied": (lambda files: {**files, "copy.json": files["one.json"]}, Seen(3, 0, 1), Seen(3, 0, 1)),
    "the file is deleted": (
        lambda files: {name: content for name, content in files.items() if name != "two.json"},
        Seen(2, 1),
        Seen(2, 1),
    ),
    "mended": (edited("one.json", replaced('"*"', f'"{CI}"')), Seen(2, 1), Seen(2, 1)),
    "mended by a condition": (
        edited("one.json", one(CLOSED, {**OPEN, "Condition": ORGANISATION})),
        Seen(2, 1),
        Seen(2, 1),
    ),
    "waived": (lambda _: WAIVED, Seen(2, 1), Seen(2, 1)),
}


@pytest.fixture
def services(code_scanning: Any) -> Iterator[tuple[Any, Any]]:
    with code_scanning.serving() as by_line, code_scanning.serving() as by_path:
        by_path.fingerprint = "policyPath/v1"
        by_line.pending = by_path.pending = 0
        yield by_line, by_path


def log_of(files: Files, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content.encode())
    monkeypatch.chdir(folder)
    ruleset = () if "lictor.yaml" in files else ("--ruleset", "aws-trust")
    only = ("--only", "trust-wildcard-principal", "--no-cache", "-o", "sarif-github=out.sarif")
    assert run(["check", *sorted(files.keys() - {"lictor.yaml"}), *ruleset, *only]) in {0, 1}
    log: dict[str, Any] = with_category(json.loads(Path("out.sarif").read_text("utf-8")), "lictor")
    return log


def uploaded(log: dict[str, Any], service: Any) -> set[int]:
    client = Client(service.url, "acme/policies", service.token)
    identity = client.upload({"commit_sha": "a" * 40, "ref": "refs/heads/main", "sarif": pack(log)})
    assert client.wait(identity, 10).status == "complete"
    return set(service.open_alerts())


def seen(before: set[int], after: set[int]) -> Seen:
    return Seen(len(before & after), len(before - after), len(after - before))


@pytest.mark.parametrize("name", REFACTORINGS)
def test_alerts_are_kept_and_closed_as_they_should_be(
    name: str, services: tuple[Any, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change, *expected = REFACTORINGS[name]
    logs = [
        log_of(files, tmp_path / folder, monkeypatch) for folder, files in (("1", FILES), ("2", change(dict(FILES))))
    ]
    found = []
    for service in services:
        before, after = (uploaded(log, service) for log in logs)
        assert len(before) == ALL
        found.append(seen(before, after))
    assert found == expected


def test_of_two_equal_findings_the_one_that_is_left_stays_open(
    services: tuple[Any, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs = [log_of(files, tmp_path / folder, monkeypatch) for folder, files in (("1", TWINS), ("2", FILES))]
    for service in services:
        before, after = (uploaded(log, service) for log in logs)
        assert (len(before), seen(before, after)) == (ALL + 1, Seen(ALL, 1))


def test_what_is_waived_no_more_is_the_same_alert_again(
    services: tuple[Any, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = (FILES, WAIVED, without_waivers(WAIVED))
    logs = [log_of(files, tmp_path / str(step), monkeypatch) for step, files in enumerate(steps)]
    for service in services:
        first, waived, again = (uploaded(log, service) for log in logs)
        assert (len(waived), again) == (ALL - 1, first)
