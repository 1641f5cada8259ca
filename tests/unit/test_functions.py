"""The functions for queries that ship."""

import fnmatch
import importlib.util
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lictor.cli.group import run
from lictor_plugins.functions import register_functions
from lictor_plugins.functions.globs import glob_match
from lictor_plugins.functions.iam import arn_match, arn_part, iam_action_match
from lictor_plugins.functions.regexes import regex_match
from lictor_plugins.functions.texts import lower, replace, split, trim, upper

HAS_RE2 = importlib.util.find_spec("re2") is not None


@settings(max_examples=200)
@given(st.text("ab*?", max_size=8), st.text("ab", max_size=10))
def test_globs_match_as_the_standard_library_matches_them(pattern: str, value: str) -> None:
    assert glob_match(pattern, value) == fnmatch.fnmatchcase(value, pattern)


def test_a_hostile_glob_costs_nothing() -> None:
    start = time.process_time()
    assert not glob_match("*a" * 28 + "b", "a" * 60)
    assert time.process_time() - start < 0.05


def test_brackets_and_line_ends_stand_for_themselves() -> None:
    assert glob_match("[a]*", "[a]\nb")
    assert not glob_match("[a]", "a")


def test_actions_match_in_any_case() -> None:
    assert iam_action_match("IAM:pass*", "iam:PassRole")
    assert not iam_action_match("iam:Get*", "iam:PassRole")


def test_a_star_in_an_arn_stays_within_its_part() -> None:
    assert not arn_match("arn:aws:iam::*", "arn:aws:iam::111122223333:role/a")
    assert arn_match("arn:aws:s3:::a*", "arn:aws:s3:::a:b:c")


@pytest.mark.parametrize(
    ("pattern", "part", "expected"),
    [
        ("*", "service", "*"),
        ("arn:aws:iam::*", "resource", "*"),
        ("arn:aws:iam::111122223333:role/x", "account", "111122223333"),
        ("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*", "account", "${AWS::AccountId}"),
        ("bucket", "account", ""),
        ("*", "nonsense", ""),
    ],
)
def test_a_part_of_an_arn_pattern_is_what_its_star_may_stand_for(pattern: str, part: str, expected: str) -> None:
    assert arn_part(pattern, part) == expected


@pytest.mark.skipif(HAS_RE2, reason="google-re2 runs these in linear time")
@pytest.mark.parametrize("pattern", ["(a+)+$", "(a*)*", "((a|b)*c)*", "(a{2,9}){3,}"])
def test_a_repeat_within_a_repeat_is_refused_with_a_hint(pattern: str) -> None:
    with pytest.raises(ValueError, match=re.escape("pip install lictor[re2]")):
        regex_match(pattern, "a")


@pytest.mark.parametrize("pattern", ["(a)\\1", "a(?=b)", "(?<!a)b", "(", "a" * 1001])
def test_what_no_engine_runs_safely_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"regular expression|looks back|longer"):
        regex_match(pattern, "a")


def test_regular_expressions_match_anywhere_unless_told_otherwise() -> None:
    assert regex_match("b", "abc")
    assert not regex_match("^b$", "abc")
    assert regex_match("^(ab?)?c{2}$", "acc")


def test_text_changes_case_and_loses_space() -> None:
    assert (lower("aB"), upper("aB"), trim(" a ")) == ("ab", "AB", "a")


def test_empty_separators_are_no_trouble() -> None:
    assert split("ab", "") == ["a", "b"]
    assert replace("ab", "", "x") == "ab"


def test_every_function_takes_what_it_says() -> None:
    for function in register_functions():
        assert function.title
        assert function.call.__code__.co_argcount == len(function.parameters)


def test_lictor_plugins_lists_every_function(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plugins"]) == 0
    listed = capsys.readouterr().out.replace(",", " ").split()
    assert {function.name for function in register_functions()} <= set(listed)
