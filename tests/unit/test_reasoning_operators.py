"""Each operator on a key that is there, a key that is absent, and a key with several values."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lictor_plugins.kinds.aws_iam.conditions import OPERATORS
from lictor_plugins.reasoning.dates import seconds_of
from lictor_plugins.reasoning.globs import literal, matches, matches_action, matches_arn
from lictor_plugins.reasoning.model import Condition
from lictor_plugins.reasoning.operators import NEGATED, all_of, any_of, holds, is_negated

KEY = "acme:key"


def says(operator: str, values: Any, given: Any = None, *, variables: bool = True, **context: str) -> Any:
    """Ask one operator, with its prefix and suffix, about one key; None is an absent key."""
    prefix, _, base = operator.rpartition(":")
    exists = base.endswith("IfExists")
    wanted = (values,) if isinstance(values, str) else tuple(values)
    condition = Condition(base.removesuffix("IfExists"), KEY, wanted, prefix or None, exists)  # type: ignore[arg-type]
    keys = {name.replace("_", ":"): value for name, value in context.items()}
    if given is not None:
        keys[KEY] = tuple(given) if isinstance(given, list) else given
    return holds(condition, keys, has_variables=variables)


def is_doubt(truth: Any) -> bool:
    return isinstance(truth, str) and bool(truth)


@pytest.mark.parametrize(
    ("operator", "values", "value", "expected"),
    [
        ("StringEquals", "blue", "blue", True),
        ("StringEquals", "blue", "Blue", False),
        ("StringEquals", ["red", "blue"], "blue", True),
        ("StringEquals", "bl*", "blue", False),
        ("StringEquals", "bl*", "bl*", True),
        ("StringEquals", "b?ue", "b?ue", True),
        ("StringNotEquals", ["red", "blue"], "blue", False),
        ("StringNotEquals", ["red", "blue"], "green", True),
        ("StringEqualsIgnoreCase", "BLUE", "blue", True),
        ("StringEqualsIgnoreCase", "BL*", "blue", False),
        ("StringNotEqualsIgnoreCase", "BLUE", "blue", False),
        ("StringLike", "bl*", "blue", True),
        ("StringLike", "b?ue", "blue", True),
        ("StringLike", "b?ue", "bue", False),
        ("StringLike", "Bl*", "blue", False),
        ("StringLike", "repo:acme/*:ref", "repo:acme/a/b:x:ref", True),
        ("StringLike", "", "", True),
        ("StringLike", "*", "", True),
        ("StringNotLike", ["bl*", "gr*"], "green", False),
        ("StringNotLike", ["bl*", "gr*"], "red", True),
    ],
)
def test_text_is_compared_exactly_or_by_wildcards(operator: str, values: Any, value: str, expected: bool) -> None:
    assert says(operator, values, value) is expected


@pytest.mark.parametrize(
    ("operator", "values", "value", "expected"),
    [
        ("NumericEquals", "10", "10.0", True),
        ("NumericEquals", ["9", "10"], "10", True),
        ("NumericNotEquals", ["9", "10"], "10", False),
        ("NumericNotEquals", "9", "10", True),
        ("NumericLessThan", "10", "10", False),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericLessThan", "10", "9", True),
        ("NumericGreaterThan", "10", "9", False),
        ("NumericGreaterThan", "10", "100", True),
        ("NumericGreaterThanEquals", "10", "10", True),
        ("NumericLessThan", "-1", "-1.5", True),
        ("DateGreaterThan", "2020-01-01T00:00:01Z", "2020-01-01T00:00:02Z", True),
        ("DateGreaterThan", "2020-01-01T00:00:01Z", "2020-01-01T00:00:01Z", False),
        ("DateGreaterThanEquals", "2020-01-01T00:00:01Z", "2020-01-01T00:00:01Z", True),
        ("DateLessThan", "2020-01-01", "2019-12-31T23:59:59Z", True),
        ("DateEquals", "2020-01-01T00:00:00Z", "1577836800", True),
        ("DateEquals", "2020-01-01T01:00:00+01:00", "2020-01-01T00:00:00Z", True),
        ("DateNotEquals", "2020-01-01", "2020-01-02", True),
        ("DateLessThanEquals", "1577836800", "2020-01-01", True),
    ],
)
def test_numbers_and_dates_are_compared_by_size(operator: str, values: Any, value: str, expected: bool) -> None:
    assert says(operator, values, value) is expected


@pytest.mark.parametrize("text", ["2020", "20200101", "soon", "2020-13-01", "2020-01-01T00:00:00", "1577836800000", ""])
def test_what_may_be_two_dates_or_none_is_no_date(text: str) -> None:
    assert seconds_of(text) is None
    assert is_doubt(says("DateEquals", text, "2020-01-01"))


@pytest.mark.parametrize("text", ["ten", "1_000", "NaN", "Infinity", "", "1e3"])
def test_what_is_no_number_is_a_doubt(text: str) -> None:
    assert is_doubt(says("NumericEquals", text, "10"))
    assert is_doubt(says("NumericEquals", "10", text))


@pytest.mark.parametrize(
    ("operator", "values", "value", "expected"),
    [
        ("IpAddress", "203.0.113.0/24", "203.0.113.200", True),
        ("IpAddress", "203.0.113.0/24", "203.0.114.1", False),
        ("IpAddress", "203.0.113.7", "203.0.113.7", True),
        ("IpAddress", "203.0.113.7", "203.0.113.8", False),
        ("IpAddress", ["203.0.113.0/24", "2001:DB8:1234:5678::/64"], "2001:db8:1234:5678::9", True),
        ("IpAddress", "2001:db8::1", "2001:0db8:0::1", True),
        ("IpAddress", "0.0.0.0/0", "2001:db8::1", False),
        ("NotIpAddress", "203.0.113.0/24", "203.0.113.200", False),
        ("NotIpAddress", "203.0.113.0/24", "198.51.100.1", True),
        ("Bool", "true", "true", True),
        ("Bool", "true", "false", False),
        ("Bool", ["true", "false"], "false", True),
        ("Bool", "True", "true", True),
        ("BinaryEquals", "QmluYXJ5VmFsdWU=", "QmluYXJ5VmFsdWU=", True),
        ("BinaryEquals", "QmluYXJ5VmFsdWU=", "Qmlu", False),
    ],
)
def test_addresses_booleans_and_bytes_are_compared_by_what_they_mean(
    operator: str, values: Any, value: str, expected: bool
) -> None:
    assert says(operator, values, value) is expected


@pytest.mark.parametrize(
    ("operator", "values", "value"),
    [
        ("IpAddress", "203.0.113.*", "203.0.113.7"),
        ("IpAddress", "203.0.113.0/24", "localhost"),
        ("IpAddress", "203.0.113.0/255.255.255.0", "203.0.113.7"),
        ("Bool", "yes", "true"),
        ("Bool", "true", "1"),
        ("BinaryEquals", "not base64", "Qmlu"),
        ("ArnLike", "arn:aws:iam::*", "arn:aws:iam::111122223333:role/a"),
        ("ArnEquals", "arn:aws:iam", "arn:aws:iam::111122223333:role/a"),
        ("Stringequal", "a", "a"),
        ("StringEquals", [], "a"),
        ("Null", "maybe", "a"),
        ("ForAnyValue:Null", "true", "a"),
        ("NullIfExists", "true", "a"),
        ("Null", "true", ""),
    ],
)
def test_what_is_not_documented_is_a_doubt(operator: str, values: Any, value: str) -> None:
    assert is_doubt(says(operator, values, value))


ARN = "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"


@pytest.mark.parametrize("operator", ["ArnLike", "ArnEquals"])
def test_a_star_in_an_arn_stays_within_its_part_and_crosses_colons_as_text(operator: str) -> None:
    pattern = "arn:aws:someservice:*:111122223333:finance/*"
    assert says("StringLike", pattern, ARN) is True
    assert says(operator, pattern, ARN) is False
    assert says(operator.replace("Arn", "ArnNot"), pattern, ARN) is True
    assert says(operator, "arn:aws:*:*:999999999999:store/*", ARN) is True
    assert says(operator, "arn:aws:some?ervice:us-*-2:*:*document.txt", ARN) is True
    assert says(operator, "arn:aws:someservice:us-east-2:999999999999:Store/*", ARN) is False


def test_what_is_no_arn_matches_no_pattern_of_arns() -> None:
    assert says("ArnLike", "arn:aws:iam::*:*", "eve") is False
    assert says("ArnNotLike", "arn:aws:iam::*:*", "eve") is True


SENSIBLE = {
    "Null": "true",
    "BinaryEquals": "Qmlu",
    "Bool": "true",
    "IpAddress": "10.0.0.0/8",
    "NotIpAddress": "10.0.0.1",
}


def sensible(operator: str) -> str:
    for family, value in (("Numeric", "1"), ("Date", "2020-01-01"), ("Arn", "arn:aws:iam::*:role/x"), ("String", "a")):
        if operator.startswith(family):
            return value
    return SENSIBLE[operator]


@pytest.mark.parametrize("operator", [operator for operator in OPERATORS if operator != "Null"])
def test_an_absent_key_fails_what_is_positive_and_passes_what_is_negated(operator: str) -> None:
    value = sensible(operator)
    assert says(operator, value) is is_negated(operator)
    assert says(operator + "IfExists", value) is True
    assert says("ForAllValues:" + operator, value) is True
    assert says("ForAnyValue:" + operator, value) is False
    assert says("ForAllValues:" + operator + "IfExists", value) is True
    assert is_doubt(says("ForAnyValue:" + operator + "IfExists", value))


def test_the_negated_operators_are_those_with_not_in_their_names() -> None:
    assert set(NEGATED) == {operator for operator in OPERATORS if "Not" in operator}
    assert set(NEGATED.values()) < set(OPERATORS)


def test_null_asks_whether_a_key_is_there() -> None:
    assert says("Null", "true") is True
    assert says("Null", "false") is False
    assert says("Null", "true", "x") is False
    assert says("Null", "false", "x") is True
    assert says("Null", ["true", "false"], "x") is True
    assert says("Null", "false", []) is False


def test_if_exists_changes_nothing_for_a_key_that_is_there() -> None:
    assert says("StringEqualsIfExists", "blue", "red") is False
    assert says("BoolIfExists", "true", "true") is True


def test_for_all_values_wants_every_value_of_the_request_among_those_of_the_policy() -> None:
    wanted = ["PostDateTime", "Message", "Tags"]
    assert says("ForAllValues:StringEquals", wanted, ["PostDateTime", "Message"]) is True
    assert says("ForAllValues:StringEquals", wanted, ["PostDateTime", "ID"]) is False
    assert says("ForAllValues:StringLike", "Post*", "PostDateTime") is True
    assert says("ForAllValues:StringNotLike", "Post*", ["ID", "PostDateTime"]) is False
    assert says("ForAllValues:StringNotLike", "Post*", ["ID", "Name"]) is True


def test_for_any_value_wants_one_value_of_the_request_among_those_of_the_policy() -> None:
    assert says("ForAnyValue:StringEquals", ["ID", "PostDateTime"], ["UserName", "PostDateTime"]) is True
    assert says("ForAnyValue:StringEquals", ["ID", "PostDateTime"], ["UserName"]) is False
    assert says("ForAnyValue:StringNotEquals", ["ID"], ["ID", "UserName"]) is True
    assert says("ForAnyValue:StringNotEquals", ["ID"], ["ID"]) is False


def test_an_empty_set_of_values_is_as_an_absent_key() -> None:
    assert says("ForAllValues:StringEquals", "a", []) is True
    assert says("ForAnyValue:StringEquals", "a", []) is False
    assert says("StringNotEquals", "a", []) is True


def test_an_empty_text_under_a_set_operator_is_a_doubt_where_its_readings_differ() -> None:
    assert is_doubt(says("ForAllValues:StringEquals", "a", [""]))
    assert says("ForAllValues:StringNotEquals", "a", [""]) is True
    assert says("ForAnyValue:StringEquals", "a", [""]) is False


def test_several_values_without_a_set_operator_are_a_doubt_where_it_matters() -> None:
    assert is_doubt(says("StringEquals", "a", ["a", "b"]))
    assert says("StringEquals", ["a", "b"], ["a", "b"]) is True
    assert says("StringEquals", "c", ["a", "b"]) is False
    assert says("StringEquals", "a", ["a"]) is True


def test_a_variable_is_filled_in_from_the_request() -> None:
    assert says("StringEquals", "${aws:username}", "eve", aws_username="eve") is True
    assert says("StringLike", "home/${AWS:UserName}/*", "home/eve/x", aws_username="eve") is True
    assert says("ArnLike", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::1:user/eve", aws_username="eve") is True
    assert says("Bool", "${aws:username}", "true", aws_username="true") is True


def test_a_wildcard_that_a_variable_brings_in_is_a_character() -> None:
    assert says("StringLike", "home/${aws:username}", "home/bob", aws_username="*") is False
    assert says("StringLike", "home/${aws:username}", "home/*", aws_username="*") is True


def test_a_value_with_an_absent_variable_matches_nothing_so_its_negation_holds() -> None:
    assert says("StringEquals", "${aws:username}", "eve") is False
    assert says("StringNotEquals", "${aws:username}", "eve") is True
    assert says("StringEquals", ["${aws:username}", "eve"], "eve") is True


def test_a_variable_may_have_a_default() -> None:
    assert says("StringEquals", "${aws:PrincipalTag/team, 'none'}", "none") is True
    assert says("StringEquals", "${aws:username, 'nobody'}", "eve", aws_username="eve") is True
    assert says("StringEquals", "${aws:username,'nobody'}", "nobody", aws_username="eve") is False


def test_without_the_version_of_2012_a_variable_is_text() -> None:
    text = "${aws:username}"
    assert says("StringEquals", text, text, variables=False, aws_username="eve") is True
    assert says("StringEquals", text, "eve", variables=False, aws_username="eve") is False
    assert says("StringLike", "${*}", "${anything}", variables=False) is True


def test_numbers_dates_addresses_and_null_take_no_variables() -> None:
    for operator in ("NumericEquals", "DateEquals", "IpAddress", "Null"):
        assert says(operator, "${aws:username}", "10", aws_username="10") is not True


def test_a_variable_with_several_values_is_a_doubt_only_where_it_may_match() -> None:
    keys = {KEY: "a-x", "aws:tagkeys": ("x", "y")}
    condition = Condition("StringEquals", KEY, ("a-${aws:TagKeys}",))
    assert is_doubt(holds(condition, keys, has_variables=True))
    assert holds(condition._replace(values=("b-${aws:TagKeys}",)), keys, has_variables=True) is False


def test_special_characters_can_be_escaped() -> None:
    assert says("StringLike", "a${*}", "ab") is False
    assert says("StringLike", "a${*}", "a*") is True
    assert says("StringLike", "a${?}*", "a?b") is True
    assert says("StringEquals", "${$}{aws:username}", "${aws:username}") is True
    assert literal("${*}${?}${$}", has_escapes=False) == "${*}${?}${$}"


def test_a_condition_in_doubt_is_never_judged() -> None:
    assert (
        holds(Condition("StringEquals", KEY, ("a",), doubt="who knows"), {KEY: "b"}, has_variables=True) == "who knows"
    )


texts = st.text("ab:*?/$", max_size=8)


@given(texts, texts)
def test_a_pattern_without_wildcards_matches_itself_alone(pattern: str, text: str) -> None:
    if not {"*", "?"} & set(pattern):
        assert matches(pattern, text) == (pattern == text)
        assert matches(pattern, pattern)


@given(texts, texts, texts)
def test_a_star_matches_whatever_stands_in_its_place(before: str, middle: str, after: str) -> None:
    assert matches(f"{before}*{after}", before + middle + after)


@given(st.text("aB:*?", max_size=8), st.text("aB:", max_size=8))
def test_case_does_not_count_in_actions(pattern: str, action: str) -> None:
    assert matches_action(pattern, action) == matches_action(pattern.swapcase(), action)


@given(texts, texts)
def test_what_matches_part_by_part_matches_as_text(pattern: str, text: str) -> None:
    if matches_arn(pattern, text):
        assert matches(pattern, text)


claims = st.lists(st.sampled_from([True, False, "doubt"]), max_size=4)


@given(claims)
def test_any_and_all_are_each_other_negated(truths: list[Any]) -> None:
    flipped = [truth if truth == "doubt" else not truth for truth in truths]
    opposite = any_of(flipped)
    assert all_of(truths) == (opposite if opposite == "doubt" else not opposite)


@given(
    st.sampled_from(sorted(NEGATED)),
    st.lists(st.sampled_from(["a", "A", "b*", "arn:aws:iam::1:role/a", "1", "2020-01-01", "10.0.0.0/8"]), min_size=1),
    st.sampled_from(["a", "bc", "arn:aws:iam::1:role/a", "1", "2020-01-01", "10.1.2.3"]),
)
def test_a_negated_operator_says_the_opposite_of_the_other(operator: str, values: list[str], value: str) -> None:
    positive, negated = says(NEGATED[operator], values, value), says(operator, values, value)
    assert negated == (positive if isinstance(positive, str) else not positive) or (
        is_doubt(positive) and is_doubt(negated)
    )
