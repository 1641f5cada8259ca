"""The loaders that ship: which file goes to which, and what CloudFormation templates become."""

from typing import Any

import pytest

from lictor.documents import lines_of, read_bytes
from lictor.documents.read import loader_for
from lictor.model import Budgets, Document
from lictor_plugins import formats
from lictor_plugins.formats.cloudformation import is_template, is_template_text

LOADERS = {loader.name: loader for loader in formats.register_loaders()}


def only(text: str, uri: str = "a.yaml") -> Document:
    loaded = read_bytes(uri, text.encode(), LOADERS, Budgets())
    assert loaded.problems == ()
    (document,) = loaded.documents
    return document


def shown(document: Document, *path: str | int) -> str:
    return lines_of(document.text).slice(document.region_of(path))


TEMPLATE = """\
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Role:
    Type: AWS::IAM::Role
    Condition: IsProd
    Properties:
      RoleName: !Sub '${AWS::StackName}-role'
      Arn: !GetAtt Other.Arn
      Nested: !GetAtt Stack.Outputs.Arn
      List: !GetAtt [Other, Arn]
      Bucket: !Join
        - ''
        - - 'arn:'
          - !Ref Bucket
      Account: 012345670123
      Version: 2012-10-17
"""


def test_short_intrinsics_become_long_and_keep_their_places() -> None:
    document = only(TEMPLATE)
    assert document.format == "cloudformation"
    path = ("Resources", "Role", "Properties")
    properties = document.data["Resources"]["Role"]["Properties"]
    assert properties == {
        "RoleName": {"Fn::Sub": "${AWS::StackName}-role"},
        "Arn": {"Fn::GetAtt": ["Other", "Arn"]},
        "Nested": {"Fn::GetAtt": ["Stack", "Outputs.Arn"]},
        "List": {"Fn::GetAtt": ["Other", "Arn"]},
        "Bucket": {"Fn::Join": ["", ["arn:", {"Ref": "Bucket"}]]},
        "Account": "012345670123",
        "Version": "2012-10-17",
    }
    assert shown(document, *path, "RoleName") == "!Sub '${AWS::StackName}-role'"
    assert shown(document, *path, "RoleName", "Fn::Sub") == "'${AWS::StackName}-role'"
    assert shown(document, *path, "Nested", "Fn::GetAtt", 1) == "Outputs.Arn"
    assert shown(document, *path, "List", "Fn::GetAtt", 1) == "Arn"
    assert shown(document, *path, "Bucket", "Fn::Join", 1, 1) == "!Ref Bucket"
    assert shown(document, *path, "Bucket", "Fn::Join", 1, 1, "Ref") == "Bucket"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("!If [A, !Ref B, !Ref 'AWS::NoValue']", {"Fn::If": ["A", {"Ref": "B"}, {"Ref": "AWS::NoValue"}]}),
        ("!FindInMap [M, !Ref R, k]", {"Fn::FindInMap": ["M", {"Ref": "R"}, "k"]}),
        ("!Select [0, !GetAZs '']", {"Fn::Select": [0, {"Fn::GetAZs": ""}]}),
        ("!Split [',', !ImportValue x]", {"Fn::Split": [",", {"Fn::ImportValue": "x"}]}),
        ("!And [!Condition A, !Not [!Equals [a, b]]]",
         {"Fn::And": [{"Condition": "A"}, {"Fn::Not": [{"Fn::Equals": ["a", "b"]}]}]}),
        ("!Or [!Condition A]", {"Fn::Or": [{"Condition": "A"}]}),
        ("!Base64 x", {"Fn::Base64": "x"}),
        ("!Cidr [x, 6, 5]", {"Fn::Cidr": ["x", 6, 5]}),
        ("!Transform {Name: n, Parameters: {a: b}}", {"Fn::Transform": {"Name": "n", "Parameters": {"a": "b"}}}),
        ("!ToJsonString {a: 1}", {"Fn::ToJsonString": {"a": 1}}),
        ("!Length [1]", {"Fn::Length": [1]}),
        ("!Sub ['${a}', {a: !Ref B}]", {"Fn::Sub": ["${a}", {"a": {"Ref": "B"}}]}),
    ],
)  # fmt: skip
def test_every_intrinsic_is_known(text: str, value: Any) -> None:
    assert only(f"AWSTemplateFormatVersion: x\nA: {text}\n").data["A"] == value


@pytest.mark.parametrize(
    ("uri", "text", "name"),
    [
        ("a.json", '{"AWSTemplateFormatVersion": "2010-09-09"}', "cloudformation"),
        ("a.json", '{"Resources": {"R": {"Type": "AWS::IAM::Role"}}}', "cloudformation"),
        ("a.yml", "Transform: AWS::Serverless-2016-10-31\n", "cloudformation"),
        ("a.yml", "Transform:\n- AWS::Serverless-2016-10-31\n", "cloudformation"),
        ("a.template", "Resources:\n  R:\n    Type: AWS::IAM::Role\n", "cloudformation"),
        ("a.txt", "Resources:\n  R:\n    Type: 'AWS::IAM::Role'\n", "cloudformation"),
        ("a.template", "a: 1", "cloudformation"),
        ("a.json", '{"Statement": []}', "json"),
        ("a.yaml", "kind: Pod", "yaml"),
        ("a.yaml", "Type: AWS::IAM::Role", "yaml"),
    ],
)
def test_templates_are_told_by_their_content(uri: str, text: str, name: str) -> None:
    loader = loader_for(uri, text, LOADERS.values())
    assert loader is not None
    assert loader.name == name


def test_text_that_only_looks_like_a_template_keeps_its_format() -> None:
    text = "kind: ConfigMap\ndata:\n  t: |\n    AWSTemplateFormatVersion: x\n"
    assert is_template_text(text)
    assert only(text).format == "yaml"
    assert not is_template({"Resources": [1]})
    assert not is_template(["AWSTemplateFormatVersion"])
    assert is_template({"Transform": ["AWS::Serverless-2016-10-31"]})
    assert only('{"Resources": {"R": {"Type": "AWS::IAM::Role"}}}', "a.json").format == "cloudformation"


def test_an_unknown_tag_in_a_template_gets_the_nearest_one() -> None:
    loaded = read_bytes("a.yaml", b"AWSTemplateFormatVersion: x\na: !Subb b\n", LOADERS, Budgets())
    assert [problem.hint for problem in loaded.problems] == ["did you mean '!Sub'?"]


def test_a_json_template_with_a_syntax_error_is_told_of_in_json_words() -> None:
    loaded = read_bytes("a.json", b'{"AWSTemplateFormatVersion": "x",}', LOADERS, Budgets())
    assert [problem.message for problem in loaded.problems] == ["expected a key after ',', found '}'"]
