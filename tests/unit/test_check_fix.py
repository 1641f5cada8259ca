"""`check --fix` and `--diff`: text is spliced, and nothing is written that was not proved good."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Lictor = Callable[..., Any]

POLICY = """\
# who may assume it
Version: 2012-10-17
Statement:
  - Effect: allow        # as the console shows it
    Principal: {AWS: "arn:aws:iam::111122223333:root"}
    Action: sts:AssumeRole
    Resource: "*"
    Condition: {}
"""
MENDED = """\
# who may assume it
Version: 2012-10-17
Statement:
  - Effect: Allow        # as the console shows it
    Principal: {AWS: "arn:aws:iam::111122223333:root"}
    Action: sts:AssumeRole
"""


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / "lictor.yaml").write_text("id: x\nextends: [aws-trust]\n")
    (tmp_path / "role.yaml").write_text(POLICY)
    return tmp_path


def test_fixes_keep_comments_and_formatting(work: Path, lictor: Lictor) -> None:
    ran = lictor(work, "check", "--fix")
    assert (work / "role.yaml").read_text() == MENDED
    assert (ran.code, ran.err) == (0, "fixed 3 findings in 1 file\n")


def test_a_diff_is_shown_and_nothing_is_written(work: Path, lictor: Lictor) -> None:
    ran = lictor(work, "check", "--diff")
    assert (work / "role.yaml").read_text() == POLICY
    assert ran.code == 1
    assert ran.out.startswith("--- a/role.yaml\n+++ b/role.yaml\n@@ ")
    assert '-    Resource: "*"\n' in ran.out
    assert ran.err == "would fix 3 findings in 1 file\n"


def test_fixing_twice_changes_nothing_more(work: Path, lictor: Lictor) -> None:
    lictor(work, "check", "--fix")
    assert lictor(work, "check", "--fix").err == "fixed 0 findings in 0 files\n"
    assert (work / "role.yaml").read_text() == MENDED


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
        lambda text: text.replace("\n", "\r\n").encode(),
    ],
    ids=["byte order mark", "utf-16", "windows line breaks"],
)
def test_a_file_keeps_its_encoding(work: Path, lictor: Lictor, encode: Callable[[str], bytes]) -> None:
    (work / "role.yaml").write_bytes(encode(POLICY))
    assert lictor(work, "check", "--fix").code == 0
    assert (work / "role.yaml").read_bytes() == encode(MENDED)


def test_a_file_keeps_its_permissions(work: Path, lictor: Lictor) -> None:
    (work / "role.yaml").chmod(0o640)
    lictor(work, "check", "--fix")
    assert (work / "role.yaml").stat().st_mode & 0o777 == 0o640


def test_waived_findings_are_left_alone(work: Path, lictor: Lictor) -> None:
    (work / "role.yaml").write_text(
        POLICY.replace("Condition: {}", "Condition: {}  # lictor: ignore[form-empty-condition] -- soon")
    )
    lictor(work, "check", "--fix")
    assert "Condition: {}" in (work / "role.yaml").read_text()


TEAM_RULE = """
id: acme-{name}
title: A rule whose fix is {name}
level: error
applies-to: [aws.iam.trust-policy]
deny: statements[?sid == 'Mend'].actions[] | [?@ != 's3:GetObject']
message: mend '{{found}}'
fix:
  description: Mend it
  set: "{value}"
"""


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("sts:TagSession", "the finding of 'acme-bad' would stay"),
        ("s3:GetObject", "it would bring a finding of 'trust-bad-action'"),
    ],
)
def test_a_fix_that_does_not_mend_is_refused(work: Path, lictor: Lictor, value: str, reason: str) -> None:
    policy = json.loads(
        json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "Mend",
                        "Effect": "Allow",
                        "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"},
                        "Action": "sts:AssumeRole",
                    }
                ],
            }
        )
    )
    (work / "role.yaml").unlink()
    (work / "role.json").write_text(json.dumps(policy))
    (work / "rules" / "bad").mkdir(parents=True)
    (work / "rules" / "bad" / "rule.yaml").write_text(TEAM_RULE.format(name="bad", value=value))
    ran = lictor(work, "check", "role.json", "--rules", "rules", "--fix")
    assert json.loads((work / "role.json").read_text()) == policy
    assert reason in ran.err
    assert "fixed 0 findings in 0 files" in ran.err


def test_a_fix_that_widens_access_is_refused(work: Path, lictor: Lictor) -> None:
    rule = TEAM_RULE.format(name="wide", value="arn:aws:iam::999988887777:root")
    rule = rule.replace("actions[] | [?@ != 's3:GetObject']", "principals[] | [?account == '111122223333']")
    (work / "role.yaml").write_text(MENDED.replace("- Effect", "- Sid: Mend\n    Effect"))
    (work / "rules" / "wide").mkdir(parents=True)
    (work / "rules" / "wide" / "rule.yaml").write_text(rule)
    ran = lictor(work, "check", "role.yaml", "--rules", "rules", "--only", "acme-wide", "--fix")
    assert "it would widen access" in ran.err
    assert "999988887777" not in (work / "role.yaml").read_text()


def test_a_fix_of_which_it_is_not_known_whether_it_widens_access_is_refused(work: Path, lictor: Lictor) -> None:
    policy = MENDED.replace('"arn:aws:iam::111122223333:root"', "111122223333")
    (work / "role.yaml").write_text(policy.replace("sts:AssumeRole", "[sts:AssumeRole, s3:ListAllMyBuckets]"))
    ran = lictor(work, "check", "role.yaml", "--only", "trust-bad-action", "--fix")
    assert "it might widen access: the account '111122223333' is a number" in ran.err
    assert "s3:ListAllMyBuckets" in (work / "role.yaml").read_text()


def test_the_standard_input_is_not_fixed(work: Path, lictor: Lictor) -> None:
    ran = lictor(work, "check", "-", "--fix", stdin="{}")
    assert ran.code == 2
    assert "name files" in ran.err


def test_a_diff_tells_what_is_wrong_with_the_input(work: Path, lictor: Lictor) -> None:
    ran = lictor(work, "check", "--diff", "missing.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no file or folder 'missing.yaml'" in ran.err
