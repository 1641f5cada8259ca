"""`lictor graph`: what it writes, and how it ends."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Lictor = Callable[..., Any]
A = "111122223333"


def role(number: int, principal: dict[str, str], action: str = "s3:*") -> dict[str, Any]:
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    grant = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return {
        "RoleName": f"r{number}",
        "Arn": f"arn:aws:iam::{A}:role/r{number}",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": [grant]}}],
    }


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    roles = [role(1, {"AWS": "*"}, "*"), *(role(number, {"Service": "ec2.amazonaws.com"}) for number in range(2, 402))]
    (tmp_path / "dump.json").write_text(json.dumps({"RoleDetailList": roles}))
    return tmp_path


def test_a_page_is_written_and_its_headline_told(dump: Path, lictor: Lictor) -> None:
    ran = lictor(dump, "graph", "dump.json", "-o", "html=graph.html")
    assert ran.code == 1
    assert ran.out == "1 way from outside to an administrator (401 principals, 803 edges, 1 of them unknown)\n"
    text = (dump / "graph.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    assert " style=" not in text


def test_a_page_that_can_not_be_written_is_no_traceback(dump: Path, lictor: Lictor) -> None:
    ran = lictor(dump, "graph", "dump.json", "-o", "html=no/such/folder/graph.html")
    assert ran.code == 2
    assert "graph.html" in ran.err
    assert "Traceback" not in ran.err


def test_of_a_large_account_counts_are_told(dump: Path, lictor: Lictor) -> None:
    out = lictor(dump, "graph", "dump.json").out
    assert "  role r1: 400\n" in out
    assert len(out.splitlines()) < 60


def bucket(principal: Any, **condition: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    document = {"Version": "2012-10-17", "Statement": [{**statement, "Condition": condition}]}
    return {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": "b", "PolicyDocument": document}}


def test_resources_that_strangers_may_use_are_told(tmp_path: Path, lictor: Lictor) -> None:
    owned = {"StringEquals": {"aws:PrincipalAccount": A}}
    odd = {"StringEqual": {"aws:PrincipalAccount": A}}
    trust = role(1, {"Service": "ec2.amazonaws.com"})["AssumeRolePolicyDocument"]
    resources = {
        "App": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}},
        "Open": bucket("*"),
        "Own": bucket("*", **owned),
        "Partner": bucket({"AWS": "444455556666"}),
        "Odd": bucket("*", **odd),
    }
    (tmp_path / "t.json").write_text(json.dumps({"Resources": resources}, indent=1))
    told = lictor(tmp_path, "graph", "t.json", "--own-account", A, "-o", "json")
    found = {each["name"]: each["answer"] for each in json.loads(told.out)["resources"]}
    assert found == {"Open": "yes", "Partner": "yes", "Odd": "unknown"}
    text = lictor(tmp_path, "graph", "t.json", "--own-account", A, "--trusted-account", "444455556666").out
    assert text.count("  Open: arn:aws:iam::999988887777:role/any-role calls s3:GetObject") == 1
    assert "Partner:" not in text
    assert "Odd: unknown: 'StringEqual' is no operator that is known" in text
    assert "Open:" not in lictor(tmp_path, "graph", "t.json", "--from", "App").out
    lictor(tmp_path, "graph", "t.json", "-o", "html=g.html")
    assert '"name":"Open"' in (tmp_path / "g.html").read_text(encoding="utf-8")


def test_of_a_large_cycle_some_are_named_and_the_rest_counted(tmp_path: Path, lictor: Lictor) -> None:
    ring = [role(number, {"AWS": f"arn:aws:iam::{A}:role/r{(number + 1) % 30}"}) for number in range(30)]
    (tmp_path / "ring.json").write_text(json.dumps({"RoleDetailList": ring}))
    out = lictor(tmp_path, "graph", "ring.json").out
    assert out.partition("Cycles\n")[2].count("role r") == 12
    assert out.endswith(" and 18 more\n")


@pytest.mark.parametrize(
    "words",
    [
        ("-o", "svg"),
        ("-o", "html"),
        ("-o", "text=x"),
        ("--own-account", "12"),
        ("--trusted-account", "acme"),
        ("--from", "nobody"),
        ("nothere.json",),
        ("zz://there",),
    ],
)
def test_wrong_input_is_said_and_exits_with_2(dump: Path, lictor: Lictor, words: tuple[str, ...]) -> None:
    ran = lictor(dump, "graph", "dump.json", *words)
    assert ran.code == 2
    assert ran.err


def test_a_file_that_can_not_be_read_makes_the_answer_incomplete(dump: Path, lictor: Lictor) -> None:
    (dump / "broken.json").write_text('{"Statement": [')
    ran = lictor(dump, "graph", "dump.json", "broken.json")
    assert ran.code == 3
    assert "broken.json:1" in ran.err


def test_an_account_without_credentials_can_not_be_read(dump: Path, lictor: Lictor) -> None:
    pytest.importorskip("boto3")
    no_credentials = {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "none",
        "AWS_SHARED_CREDENTIALS_FILE": "none",
    }
    ran = lictor(dump, "graph", "aws://", **no_credentials)
    assert ran.code in (2, 3)
    assert "aws://" in ran.err


def test_strangers_can_be_trusted(tmp_path: Path, lictor: Lictor) -> None:
    partner = role(1, {"AWS": "arn:aws:iam::999988887777:root"}, "*")
    (tmp_path / "dump.json").write_text(json.dumps({"RoleDetailList": [partner]}))
    assert lictor(tmp_path, "graph", "dump.json").code == 1
    assert lictor(tmp_path, "graph", "dump.json", "--trusted-account", "999988887777").code == 0
    assert lictor(tmp_path, "graph", "dump.json", "--own-account", "999988887777").code == 0
