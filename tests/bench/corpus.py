"""Write documents to measure with, the same for the same seed: `python tests/bench/corpus.py DIR --files N --seed S`.

`--kind trust` writes trust policies in many shapes, `templates` CloudFormation, `terraform` Terraform, and `dump` one
account's authorization details with a role for each of N. About a third of the trust policies have something wrong,
each defect in many of them; `--clean` leaves defects out. `--formats json` makes every trust policy bare JSON, which is
all that most other tools read; without it some are YAML and some the one role of a template.
"""

import argparse
import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

PER_FOLDER = 500
"""Files in one folder: each stands for an account."""

FORMATS = ("json", "yaml", "cloudformation")
_OIDC = ("token.actions.githubusercontent.com", "gitlab.com", "oidc.eks.eu-west-1.amazonaws.com/id/A1B2C3")
_SERVICES = ("ec2", "lambda", "events", "ecs-tasks", "states", "glue", "codebuild", "backup")
_Statement = dict[str, Any]


class File(NamedTuple):
    """A document of the corpus: its name below the directory, and what is in it."""

    name: str
    text: str


def trust_policies(
    count: int, seed: int, *, formats: Sequence[str] = FORMATS, is_clean: bool = False, first: int = 0
) -> Iterator[File]:
    """Yield trust policies. Each depends on the seed and its own number alone, so any part of a corpus can be made."""
    for number in range(first, first + count):
        chance = random.Random(f"{seed}/{number}")  # noqa: S311 - a corpus that is the same every time
        policy = trust_policy(chance, is_clean=is_clean)
        form = formats[0] if len(formats) == 1 else chance.choices(formats, (8, 1, 1)[: len(formats)])[0]
        yield _file(f"account-{number // PER_FOLDER:04}/role-{number:07}", form, policy, chance)


def trust_policy(chance: random.Random, *, is_clean: bool = False) -> dict[str, Any]:
    """Return a trust policy; a third have one or two defects unless they are to be clean."""
    statements = [_sound_statement(chance) for _ in range(chance.choice((1, 1, 1, 1, 2, 2, 3)))]
    policy: dict[str, Any] = {"Version": "2012-10-17", "Statement": statements}
    if not is_clean and chance.random() < 1 / 3:
        for defect in chance.sample(DEFECTS, chance.choice((1, 1, 2))):
            _spoil(policy, defect, chance)
    return _odd(policy, chance)


def role_dump(count: int, seed: int) -> Iterator[str]:
    """Yield the text of an account's authorization details in pieces, with so many roles, one of which is at hand."""
    yield '{\n "UserDetailList": [],\n "GroupDetailList": [],\n "RoleDetailList": ['
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")  # noqa: S311 - a corpus that is the same every time
        name = f"{chance.choice(('app', 'ci', 'data', 'ops'))}-role-{number:05}"
        role = {
            "Path": "/",
            "RoleName": name,
            "RoleId": f"AROA{number:017}",
            "Arn": f"arn:aws:iam::111122223333:role/{name}",
            "CreateDate": "2026-01-01T00:00:00+00:00",
            "AssumeRolePolicyDocument": trust_policy(chance),
            "InstanceProfileList": [],
            "RolePolicyList": [{"PolicyName": "inline", "PolicyDocument": _permissions(chance)}],
            "AttachedManagedPolicies": [],
            "Tags": [{"Key": "team", "Value": chance.choice(("red", "blue", "green"))}],
        }
        yield ("," if number else "") + "\n" + json.dumps(role, indent=1)
    yield '\n ],\n "Policies": []\n}\n'


def templates(count: int, seed: int) -> Iterator[File]:
    """Yield CloudFormation templates in YAML: one to five roles, a bucket and a function with `!GetAtt` each."""
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")  # noqa: S311 - a corpus that is the same every time
        lines = ["AWSTemplateFormatVersion: '2010-09-09'", f"Description: stack {number}", "Resources:"]
        for each in range(chance.randrange(1, 6)):
            lines += _role_resource(f"Role{each}", trust_policy(chance))
        lines += [
            "  Bucket:",
            "    Type: AWS::S3::Bucket",
            "  Function:",
            "    Type: AWS::Lambda::Function",
            "    Properties:",
            "      Runtime: python3.13",
            "      Handler: index.handler",
            "      Role: !GetAtt Role0.Arn",
            "      Code: {S3Bucket: !Ref Bucket, S3Key: !Sub '${AWS::StackName}/code.zip'}",
        ]
        yield File(f"stack-{number // PER_FOLDER:04}/template-{number:06}.yaml", "\n".join(lines) + "\n")


def terraform(count: int, seed: int) -> Iterator[File]:
    """Yield Terraform files: a role each, with its trust policy in `jsonencode`."""
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")  # noqa: S311 - a corpus that is the same every time
        policy = json.dumps(trust_policy(chance), indent=2).replace("\n", "\n  ")
        text = f'resource "aws_iam_role" "role" {{\n  name = "role-{number}"\n'
        text += f"  assume_role_policy = jsonencode({policy})\n}}\n"
        yield File(f"module-{number:06}/main.tf", text)


def write_corpus(directory: Path, files: Iterator[File]) -> int:
    """Write files below a directory, and return how many bytes they have together."""
    written = 0
    for name, text in files:
        path = directory / name
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True)
        written += path.write_bytes(text.encode())
    return written


def _account(chance: random.Random) -> str:
    return f"arn:aws:iam::{chance.randrange(10**11, 10**12)}"


def _sound_statement(chance: random.Random) -> _Statement:
    shape = chance.choices(("service", "root", "roles", "oidc", "saml", "org"), (5, 2, 3, 3, 1, 1))[0]
    account = _account(chance)
    principal: Any
    action: str | list[str] = "sts:AssumeRole"
    condition: dict[str, dict[str, Any]] = {}
    if shape == "service":
        principal = {"Service": f"{chance.choice(_SERVICES)}.amazonaws.com"}
        if chance.random() < 1 / 4:
            condition = {"StringEquals": {"aws:SourceAccount": account[13:]}}
    elif shape == "root":
        principal = {"AWS": f"{account}:root"}
        condition = {"StringEquals": {"sts:ExternalId": f"x-{chance.randrange(10**9)}"}}
    elif shape == "roles":
        principal = {"AWS": [f"{account}:role/team/r{n}" for n in range(chance.choice((1, 2, 4)))]}
        action = ["sts:AssumeRole", "sts:TagSession"]
    elif shape == "oidc":
        host = chance.choice(_OIDC)
        principal, action = {"Federated": f"{account}:oidc-provider/{host}"}, "sts:AssumeRoleWithWebIdentity"
        subject = f"repo:org{chance.randrange(9)}/r{chance.randrange(99)}:ref:refs/heads/main"
        condition = {"StringEquals": {f"{host}:aud": "sts.amazonaws.com", f"{host}:sub": subject}}
    elif shape == "saml":
        principal, action = {"Federated": f"{account}:saml-provider/idp"}, "sts:AssumeRoleWithSAML"
        condition = {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}
    else:
        principal = {"AWS": [f"{account}:role/central"]}
        condition = {"StringLike": {"aws:PrincipalOrgID": ["o-a1b2c3d4e5"]}}
    statement: _Statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    if chance.random() < 1 / 3:
        statement = {"Sid": f"S{chance.randrange(10**4)}", **statement}
    return statement | ({"Condition": condition} if condition else {})


def _spoil(policy: dict[str, Any], defect: str, chance: random.Random) -> None:
    """Put a defect into a policy: most as a statement of its own, so that one never hides another."""
    account = _account(chance)
    if defect == "old-version":
        policy["Version"] = "2008-10-17"
        return
    role = {"AWS": f"{account}:role/r"}
    statement: _Statement = {"Effect": "Allow", "Principal": role, "Action": "sts:AssumeRole"}
    statement |= _WRONG[defect](account, chance)
    if "NotPrincipal" in statement:
        del statement["Principal"]
    policy["Statement"].append(statement)


def _anyone(account: str, chance: random.Random) -> _Statement:
    return {"Principal": chance.choice(("*", {"AWS": "*"}, {"AWS": [f"{account}:role/r", "*"]}))}


_WRONG: dict[str, Callable[[str, random.Random], _Statement]] = {
    "anyone": _anyone,
    "anyone-conditioned": lambda account, chance: (
        _anyone(account, chance) | {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}
    ),
    "not-principal": lambda account, _: {"NotPrincipal": {"AWS": f"{account}:role/r"}},
    "root-without-external-id": lambda account, _: {"Principal": {"AWS": f"{account}:root"}},
    "star-action": lambda _, chance: {"Action": chance.choice(("sts:*", "*", ["sts:AssumeRole", "sts:*"]))},
    "unknown-action": lambda _, chance: {
        "Action": chance.choice(("sts:AsumeRole", ["sts:AssumeRole", "s3:GetObject"])),
    },
    "resource": lambda _, chance: {"Resource": chance.choice(("*", ["*"]))},
    "oidc-without-sub": lambda account, _: {
        "Principal": {"Federated": f"{account}:oidc-provider/{_OIDC[0]}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{_OIDC[0]}:aud": "sts.amazonaws.com"}},
    },
    "saml-without-aud": lambda account, _: {
        "Principal": {"Federated": f"{account}:saml-provider/idp"},
        "Action": "sts:AssumeRoleWithSAML",
    },
    "user": lambda account, chance: {"Principal": {"AWS": f"{account}:user/u{chance.randrange(10**4)}"}},
}
"""What is wrong in a statement with each defect, of an account."""

DEFECTS = (*_WRONG, "old-version")


def _odd(policy: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Give a policy one of the shapes that AWS takes as well: a bare statement, another order, an `Id`."""
    if len(policy["Statement"]) == 1 and chance.random() < 1 / 2:
        policy["Statement"] = policy["Statement"][0]
    if chance.random() < 1 / 10:
        policy = {"Statement": policy["Statement"], "Version": policy["Version"]}
    return {"Id": f"p{chance.randrange(10**6)}", **policy} if chance.random() < 1 / 10 else policy


def _permissions(chance: random.Random) -> dict[str, Any]:
    buckets = [f"arn:aws:s3:::bucket-{chance.randrange(10**4)}/*" for _ in range(chance.randrange(1, 4))]
    reading = {"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": buckets}
    return {"Version": "2012-10-17", "Statement": [reading]}


def _file(stem: str, form: str, policy: dict[str, Any], chance: random.Random) -> File:
    if form == "json":
        return File(f"{stem}.json", json.dumps(policy, indent=chance.choice((None, 2, 4))) + "\n")
    if form == "yaml":
        return File(f"{stem}.yaml", "\n".join(_yaml(policy, 0)) + "\n")
    return File(f"{stem}.template.yaml", "\n".join(["Resources:", *_role_resource("Role", policy)]) + "\n")


def _role_resource(name: str, policy: dict[str, Any]) -> list[str]:
    head = [f"  {name}:", "    Type: AWS::IAM::Role", "    Properties:", "      AssumeRolePolicyDocument:"]
    return head + _yaml(policy, 8)


def _yaml(value: Any, indent: int) -> list[str]:
    """Return block YAML. Strings are quoted as in JSON, which YAML reads alike."""
    margin = " " * indent
    lines: list[str] = []
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, dict | list):
                lines += [f"{margin}{json.dumps(key)}:", *_yaml(item, indent + 2)]
            else:
                lines.append(f"{margin}{key if key.isalnum() else json.dumps(key)}: {json.dumps(item)}")
    else:
        for item in value:
            inner = _yaml(item, indent + 2) if isinstance(item, dict) else [f"{margin}  {json.dumps(item)}"]
            lines += [f"{margin}- {inner[0].lstrip()}", *inner[1:]]
    return lines


def main() -> None:
    """Write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--files", type=int, default=1000, help="how many files, or roles of a dump")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=("trust", "dump", "templates", "terraform"), default="trust")
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=FORMATS, help="of trust policies")
    parser.add_argument("--clean", action="store_true", help="trust policies with nothing wrong")
    options = parser.parse_args()
    options.directory.mkdir(parents=True, exist_ok=True)
    if options.kind == "dump":
        with (options.directory / "account.json").open("w", encoding="utf-8") as file:
            written = sum(map(file.write, role_dump(options.files, options.seed)))
    elif options.kind == "trust":
        files = trust_policies(options.files, options.seed, formats=options.formats, is_clean=options.clean)
        written = write_corpus(options.directory, files)
    else:
        files = (templates if options.kind == "templates" else terraform)(options.files, options.seed)
        written = write_corpus(options.directory, files)
    print(f"{options.files:,} of {options.kind}, {written:,} bytes, seed {options.seed}, in {options.directory}")


if __name__ == "__main__":
    main()
