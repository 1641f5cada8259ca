"""What templates give the templates that they nest as stacks."""

import datetime as dt
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from lictor import Budgets, CheckRequest, Document, PolicyChoice, check
from lictor.documents.read import Shared, read_file
from lictor_plugins.formats import register_loaders
from lictor_plugins.kinds.aws_iam import find

LOADERS = {loader.name: loader for loader in register_loaders()}
CHILD = """\
Parameters:
  Who: {Type: String, Default: "111122223333"}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {AWS: !Ref Who}}
"""


def nesting(path: str, value: str, more: str = "") -> str:
    stack = f"{{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {path}, Parameters: {{Who: {value}}}}}}}"
    return f"{more}Resources:\n  Nested: {stack}\n"


def read(root: Path, name: str, files: dict[str, str]) -> Document:
    for each, text in files.items():
        (root / each).parent.mkdir(parents=True, exist_ok=True)
        (root / each).write_text(text, encoding="utf-8")
    loaded = read_file(root / name, name, LOADERS, Budgets(), Shared())
    assert loaded.problems == ()
    return loaded.documents[0]


def principals(document: Document) -> list[tuple[Any, ...]]:
    (subject,) = find(document, frozenset({"aws.iam.trust-policy"}))
    return [(each["value"], each["is_unresolved"]) for each in subject.value["statements"][0]["principals"]]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, [("111122223333", False)]),
        ({"root.yaml": nesting("./nested/child.yaml", '"*"')}, [("*", False)]),
        ({"nested/root.template": nesting("child.yaml", '"*"')}, [("*", False)]),
        ({"root.yaml": nesting("nested/child.yaml", "!Sub 'arn:${AWS::Partition}:iam::444455556666:root'")},
         [("arn:${AWS::Partition}:iam::444455556666:root", False)]),
        ({"root.yaml": nesting("https://s3.amazonaws.com/b/nested/child.yaml", '"*"')}, [("111122223333", False)]),
        ({"root.yaml": nesting("other/child.yaml", '"*"')}, [("111122223333", False)]),
        ({"aside/root.yaml": nesting("../nested/child.yaml", '"*"')}, [("111122223333", False)]),
        ({"root.yaml": nesting("nested/child.yaml", "!ImportValue x")}, [("${Who}", True)]),
        ({"root.yaml": nesting("nested/child.yaml", "!Ref Up", "Parameters: {Up: {Type: String}}\n")},
         [("${Who}", True)]),
        ({"root.yaml": nesting("nested/child.yaml", "!Ref AWS::AccountId")}, [("${AWS::AccountId}", False)]),
    ],
)  # fmt: skip
def test_a_parameter_has_the_value_that_the_template_around_it_gives(
    tmp_path: Path, files: dict[str, str], expected: list[tuple[Any, ...]]
) -> None:
    assert principals(read(tmp_path, "nested/child.yaml", {**files, "nested/child.yaml": CHILD})) == expected


def test_a_value_is_followed_through_all_templates_above(tmp_path: Path) -> None:
    middle = nesting("nested/child.yaml", "!Ref Up", "Parameters: {Up: {Type: String}}\n")
    root = nesting("middle.yaml", "x").replace("{Who: x}", '{Up: "*"}')
    files = {"root.yaml": root, "middle.yaml": middle, "nested/child.yaml": CHILD}
    document = read(tmp_path, "nested/child.yaml", files)
    assert principals(document) == [("*", False)]


def test_each_of_several_callers_counts(tmp_path: Path) -> None:
    files = {
        "one.yaml": nesting("child.yaml", '"*"'),
        "two.yaml": nesting("child.yaml", '"444455556666"'),
        "sam.yaml": "Resources:\n  A: {Type: AWS::Serverless::Application, Properties: {Location: ./child.yaml}}\n",
        "cdk.json": '{"Resources": {"N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": '
        '{"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::URLSuffix"}]]}, "Parameters": {"Who": "777788889999"}}, '
        '"Metadata": {"aws:asset:path": "child.yaml", "aws:asset:property": "TemplateURL"}}}}',
    }
    found = principals(read(tmp_path, "child.yaml", {**files, "child.yaml": CHILD}))
    assert sorted(value for value, _ in found) == ["*", "111122223333", "444455556666", "777788889999"]


def test_templates_that_nest_each_other_come_to_an_end(tmp_path: Path) -> None:
    both = {
        "a.yaml": CHILD + nesting("b.yaml", "!Ref Who").removeprefix("Resources:\n"),
        "b.yaml": CHILD + nesting("a.yaml", "!Ref Who").removeprefix("Resources:\n"),
    }
    assert principals(read(tmp_path, "a.yaml", both)) == [("111122223333", False)]


def test_a_document_tells_who_nests_it_and_a_broken_neighbour_is_nobody(tmp_path: Path) -> None:
    files = {
        "child.yaml": CHILD,
        "bad.yaml": "AWS::CloudFormation::Stack: [",
        "odd.json": '["AWS::CloudFormation::Stack"]',
    }
    assert read(tmp_path, "child.yaml", files).beside is None
    (tmp_path / "root.yaml").write_text(nesting("child.yaml", '"*"'), encoding="utf-8")
    loaded = read_file(tmp_path / "child.yaml", "child.yaml", LOADERS, Budgets(), Shared())
    assert loaded.sources == ("root.yaml",)


def test_templates_of_a_folder_are_looked_through_once_and_not_once_for_each(tmp_path: Path) -> None:
    for number in range(12):
        (tmp_path / f"{number}.yaml").write_text(CHILD, encoding="utf-8")
    opened: Counter[str] = Counter()
    listening = [True]

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if listening and event == "open" and str(arguments[0]).startswith(str(tmp_path)):
            opened[str(arguments[0])] += 1

    sys.addaudithook(note)
    policy = PolicyChoice(rulesets=("aws-iam",))
    report = check(CheckRequest((".",), tmp_path, dt.date(2026, 12, 1), policy, jobs=1))
    listening.clear()
    assert report.problems == ()
    # by itself, as somebody's neighbour, and both once more for the account that all make together
    assert len(opened) == 12
    assert set(opened.values()) == {4}
