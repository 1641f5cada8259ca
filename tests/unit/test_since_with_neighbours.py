"""What --since tells where a file means what others make of it: modules of Terraform, accounts of many documents."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Lictor = Callable[..., Any]

MAIN = """
resource "aws_iam_role" "r" {
  name = "r"
  assume_role_policy = jsonencode({ Statement = [{
    Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = var.who }
  }] })
}
"""
OPEN = 'variable "who" {\n  default = "*"\n}\n'
CLOSED = OPEN.replace('"*"', '"arn:aws:iam::111122223333:role/ci"')


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(("git", *identity, *arguments), cwd=root, check=True, capture_output=True)


def commit(root: Path, files: dict[str, str]) -> Path:
    git(root, "init", "--quiet", "--initial-branch=main")
    write(root, files)
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "one")
    return root


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def told(root: Path, lictor: Lictor, rule: str, *names: str) -> list[str]:
    done = lictor(root, "check", *names, "--only", rule, "--since", "HEAD", "-o", "json")
    report = json.loads(done.out)
    assert report["problems"] == []
    return [f"{each['location']['uri']}:{each['location']['region']['start_line']}" for each in report["findings"]]


@pytest.mark.parametrize("who", [OPEN, CLOSED], ids=["open before", "closed before"])
def test_an_unchanged_file_is_compared_with_what_its_module_made_of_it(
    tmp_path: Path, lictor: Lictor, who: str
) -> None:
    commit(tmp_path, {"main.tf": MAIN, "variables.tf": who})
    write(tmp_path, {"variables.tf": OPEN + "# changed\n"})
    assert told(tmp_path, lictor, "trust-wildcard-principal") == ([] if who == OPEN else ["main.tf:5"])


def test_a_changed_file_is_compared_with_what_it_was_among_the_others(tmp_path: Path, lictor: Lictor) -> None:
    commit(tmp_path, {"infra/main.tf": MAIN, "infra/variables.tf": OPEN})
    write(tmp_path, {"infra/main.tf": f"# a comment\n{MAIN}"})
    assert told(tmp_path, lictor, "trust-wildcard-principal") == []
    git(tmp_path, "mv", "infra/variables.tf", "infra/inputs.tf")
    assert told(tmp_path, lictor, "trust-wildcard-principal") == []


def test_a_policy_in_a_file_of_its_own_is_known_where_it_was(tmp_path: Path, lictor: Lictor) -> None:
    main = MAIN.partition("jsonencode")[0] + 'file("trust.json")\n}\n'
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
    commit(tmp_path, {"main.tf": main, "trust.json": json.dumps({"Statement": [statement]})})
    write(tmp_path, {"main.tf": f"# a comment\n{main}"})
    assert told(tmp_path, lictor, "trust-wildcard-principal") == []
    write(tmp_path, {"trust.json": json.dumps({"Statement": [statement, {**statement, "Sid": "Two"}]})})
    assert told(tmp_path, lictor, "trust-wildcard-principal") == ["trust.json:1"]


def template(*roles: dict[str, Any]) -> str:
    resources = {f"R{number}": {"Type": "AWS::IAM::Role", "Properties": role} for number, role in enumerate(roles)}
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}, indent=1)


def role(name: str, who: Any, **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": who}}
    return {"RoleName": name, "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}, **more}


ADMIN = ["arn:aws:iam::aws:policy/AdministratorAccess"]
OWN_ROLE_A = {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/a"}
CHAIN = {
    "a.json": template(role("a", "*")),
    "b.json": template(role("b", OWN_ROLE_A, ManagedPolicyArns=ADMIN)),
}


def test_what_several_documents_make_is_compared_with_what_they_made(tmp_path: Path, lictor: Lictor) -> None:
    commit(tmp_path, CHAIN)
    before = lictor(tmp_path, "check", "--only", "relation-chain-external", "-o", "json")
    assert json.loads(before.out)["findings"] != []
    write(tmp_path, {"c.json": template(role("c", "arn:aws:iam::111122223333:role/nobody"))})
    assert told(tmp_path, lictor, "relation-chain-external") == []


def test_a_way_that_a_new_document_opens_is_new_wherever_it_stands(tmp_path: Path, lictor: Lictor) -> None:
    commit(tmp_path, {"b.json": CHAIN["b.json"]})
    write(tmp_path, {"a.json": CHAIN["a.json"]})
    assert told(tmp_path, lictor, "relation-chain-external") != []


def test_standard_input_is_read_among_the_files_around_its_name(tmp_path: Path, lictor: Lictor) -> None:
    write(tmp_path, {"variables.tf": OPEN})
    words = ("check", "-", "--stdin-filename", "main.tf", "--only", "trust-wildcard-principal", "-o", "json")
    done = lictor(tmp_path, *words, stdin=MAIN)
    assert [each["location"]["uri"] for each in json.loads(done.out)["findings"]] == ["main.tf"]
