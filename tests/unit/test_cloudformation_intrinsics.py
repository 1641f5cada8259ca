"""CloudFormation's intrinsic functions: what they come to, and that nothing that is not known looks like something."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lictor_plugins.kinds.aws_iam.intrinsics import Template, Text, read_template, texts

TEMPLATE = read_template(
    {
        "Parameters": {
            "Stage": {"Type": "String", "Default": "prod"},
            "Kind": {"Type": "String", "AllowedValues": ["small", "large"]},
            "One": {"Type": "String", "AllowedValues": ["only"]},
            "Free": {"Type": "String"},
            "Ids": {"Type": "CommaDelimitedList", "Default": "111122223333, 444455556666"},
        },
        "Mappings": {
            "Accounts": {"prod": {"id": "111122223333", "ids": ["1", "2"]}, "test": {"id": "444455556666", "ids": []}},
            "ByRegion": {"eu-west-1": {"same": "x", "id": "a"}, "us-east-1": {"same": "x", "id": "b"}},
        },
        "Resources": {
            "Named": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "deployer", "Path": "/ci/"}},
            "Circular": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": {"Ref": "Circular"}}},
            "Provider": {"Type": "AWS::IAM::OIDCProvider", "Properties": {"Url": {"Fn::GetAtt": ["Provider", "Arn"]}}},
        },
    }
)


def known(value: Any) -> tuple[Text, ...]:
    found = texts(value, TEMPLATE)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Fn::Select": [1, ["a", "b"]]}, "b"),
        ({"Fn::Select": ["0", {"Fn::Split": ["/", "a/b"]}]}, "a"),
        ({"Fn::Select": [4, {"Fn::Split": [":", "arn:aws:iam::${AWS::AccountId}:root"]}]}, "${AWS::AccountId}"),
        (
            {"Fn::Select": [4, {"Fn::Split": [":", {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}]}]},
            "${AWS::AccountId}",
        ),
        ({"Fn::FindInMap": ["Accounts", "test", "id"]}, "444455556666"),
        ({"Fn::FindInMap": ["ByRegion", {"Ref": "AWS::Region"}, "same"]}, "x"),
        ({"Fn::Sub": ["${Id}-x", {"Id": {"Fn::FindInMap": ["Accounts", "prod", "id"]}}]}, "111122223333-x"),
        ({"Fn::Sub": "${!Literal} ${aws:username}"}, "${Literal} ${aws:username}"),
        ({"Ref": "Named"}, "deployer"),
        ({"Fn::GetAtt": ["Named", "Arn"]}, "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/ci/deployer"),
        ({"Fn::GetAtt": ["Circular", "Arn"]}, "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Circular}"),
        ({"Fn::Base64": "a"}, "YQ=="),
    ],
)
def test_what_a_template_says_is_known(value: Any, expected: str) -> None:
    assert known(value) == (Text(expected),)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Fn::FindInMap": ["Accounts", {"Ref": "Stage"}, "id"]}, ["111122223333"]),
        ({"Fn::Join": ["-", [{"Ref": "Stage"}, "x"]]}, ["prod-x"]),
        ({"Fn::Join": ["+", {"Ref": "Ids"}]}, ["111122223333+444455556666"]),
        ({"Fn::Select": [1, {"Ref": "Ids"}]}, ["444455556666"]),
        ({"Ref": "One"}, ["only"]),
        ({"Fn::FindInMap": ["Accounts", {"Ref": "Stage"}, "ids"]}, ["1", "2"]),
    ],
)
def test_what_rests_on_a_default_is_known_and_marked(value: Any, expected: list[str]) -> None:
    assert known(value) == tuple(Text(text, is_assumed=True) for text in expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Kind"}, ["small", "large"]),
        ({"Fn::Sub": "${Kind}/x"}, ["small/x", "large/x"]),
        ({"Fn::FindInMap": ["ByRegion", {"Ref": "AWS::Region"}, "id"]}, ["a", "b"]),
        ({"Fn::FindInMap": ["Accounts", {"Ref": "Free"}, "id"]}, ["111122223333", "444455556666"]),
        ({"Fn::Join": ["", ["a", {"Fn::If": ["C", "b", {"Ref": "AWS::NoValue"}]}]]}, ["ab", "a"]),
        ({"Fn::Select": [{"Fn::If": ["C", 0, 1]}, ["*", "b"]]}, ["*", "b"]),
    ],
)
def test_what_may_be_one_of_several_is_each_of_them_and_not_certain(value: Any, expected: list[str]) -> None:
    found = known(value)
    assert [text.text for text in found] == expected
    assert all(text.is_unresolved for text in found)


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::ImportValue": "x"},
        {"Fn::Transform": {"Name": "AWS::Include"}},
        {"Fn::GetAZs": ""},
        {"Fn::Select": [5, ["a"]]},
        {"Fn::Select": [{"Ref": "Free"}, ["a"]]},
        {"Fn::Select": [0, {"Fn::GetAZs": ""}]},
        {"Fn::Split": [":", {"Ref": "Free"}]},
        {"Fn::Split": [".", {"Ref": "AWS::URLSuffix"}]},
        {"Fn::FindInMap": ["Nowhere", "a", "b"]},
        {"Fn::FindInMap": ["Accounts", "prod", "nothing"]},
        {"Fn::FindInMap": ["Accounts"]},
        {"Fn::If": ["C", "a"]},
        {"Fn::If": ["C", "a", {"b": 1, "c": 2}]},
        {"Fn::Base64": {"Ref": "Free"}},
        {"Fn::Join": [":", 5]},
        {"Fn::Join": "x"},
        {"Fn::Sub": 5},
        {"Fn::GetAtt": 5},
        {"Ref": 5},
        {"Ref": "Free"},
        "{{resolve:ssm:/account}}",
        {"Fn::Sub": "arn:aws:iam::{{resolve:ssm:/account}}:root"},
        {"Fn::Join": ["", [{"a": 1, "b": 2}]]},
    ],
)
def test_what_is_known_when_it_is_deployed_is_marked(value: Any) -> None:
    found = known(value)
    assert found
    assert all(text.is_unresolved and "${" in text.text for text in found)


def test_more_choices_than_can_be_told_apart_are_not_known() -> None:
    choice = {"Fn::If": ["C", "a", "b"]}
    (found,) = known({"Fn::Join": ["", [choice] * 20]})
    assert found.is_unresolved
    assert "${" in found.text


def test_a_provider_named_after_itself_comes_to_an_end() -> None:
    (found,) = known({"Ref": "Provider"})
    assert "oidc-provider" in found.text


def test_a_default_value_of_a_mapping_is_used_where_it_has_no_entry() -> None:
    value = {"Fn::FindInMap": ["Accounts", "nowhere", "id", {"DefaultValue": "*"}]}
    assert [text.text for text in known(value)] == ["*"]


_LEAVES = st.sampled_from(
    ["", "a", "${Kind}", "${Free}", "${", "*", 1, True, None, {"Ref": "Kind"}, {"Ref": "AWS::NoValue"}]
)
_FUNCTIONS = st.sampled_from(
    ["Ref", "Fn::Sub", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::FindInMap", "Fn::If", "Fn::X"]
)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_FUNCTIONS, inner, min_size=1, max_size=2),
    max_leaves=12,
)


@given(_VALUES)
@settings(max_examples=150, deadline=None)
def test_no_expression_raises_and_a_function_is_always_something(value: Any) -> None:
    for template in (TEMPLATE, Template(), TEMPLATE.within({"a": value})):
        found = texts(value, template)
        if isinstance(value, dict) and len(value) == 1 and value != {"Ref": "AWS::NoValue"}:
            assert found is not None
