"""Pages of a dump that stand one after the other in a file, as a loop over the command line's answers writes them."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lictor import Budgets, Loaded, lines_of
from lictor_plugins.formats import load_json
from lictor_plugins.kinds.aws_iam import find
from lictor_plugins.kinds.aws_iam.found import POLICY_KINDS

TRUST = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}


def role(name: str, trust: Any = TRUST) -> dict[str, Any]:
    return {"RoleName": name, "Arn": f"arn:aws:iam::111122223333:role/{name}", "AssumeRolePolicyDocument": trust}


def page(*names: str, trust: Any = TRUST) -> dict[str, Any]:
    return {"RoleDetailList": [role(name, trust) for name in names], "IsTruncated": False}


def load(text: str) -> Loaded:
    return load_json("dump.json", text, Budgets())


def stars(loaded: Loaded) -> list[tuple[str, str, int]]:
    (document,) = loaded.documents
    found = []
    for subject in find(document, frozenset(POLICY_KINDS)):
        region = document.region_of(subject.path_in_document(("statements", 0, "principals", 0)))
        found.append((subject.name, lines_of(document.text).slice(region), region.start_line))
    return found


STARS = ['"*"', '"*"', "%22%2A%22", '\\"*\\"']
PAGES = [page("a", "b"), page("c", trust=quote(json.dumps(TRUST))), page("d", trust=json.dumps(TRUST))]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(json.dumps(each) for each in PAGES),
        "".join(json.dumps(each) for each in PAGES),
        "\ufeff" + "\n\n".join(json.dumps(each, indent=4) for each in PAGES) + "\n",
        "\n".join(json.dumps(each) for one in PAGES for each in one["RoleDetailList"]),
    ],
    ids=["a line each", "without anything between", "indented", "a role a line"],
)
def test_pages_are_read_as_one_dump_and_each_part_stands_at_its_place(text: str) -> None:
    loaded = load(text)
    assert loaded.problems == ()
    said = stars(loaded)
    assert [(name, part) for name, part, _ in said] == list(zip("abcd", STARS, strict=True))
    at = -1
    for _, part, line in said:
        at = text.index(part, at + 1)
        assert line == text.count("\n", 0, at) + 1


@pytest.mark.parametrize(
    "text",
    ['{"a": 1}\n{"b": 2}', f"{json.dumps(page('a'))} [1]", f"{json.dumps(page('a'))} x", '{"Roles": []', "{} {}"],
)
def test_what_is_no_dump_in_pages_is_told_of_at_its_place(text: str) -> None:
    loaded = load(text)
    (problem,) = loaded.problems
    assert (loaded.documents, problem.code, problem.level) == ((), "bad-document", "error")
    assert problem.location is not None
    assert problem.location.region is not None
    assert problem.hint


def test_a_key_that_a_page_has_twice_is_told_of_at_its_line() -> None:
    twice = '{"Roles": [],\n "Roles": []}'
    (problem,) = load(f"{json.dumps(page('a'))}\n {twice}").problems
    assert problem.location is not None
    assert problem.location.region is not None
    assert (problem.code, problem.location.region[:2]) == ("duplicate-key", (3, 2))


@given(st.lists(st.sampled_from([*PAGES, {"Roles": []}, {}, [], 1]), min_size=2, max_size=4), st.integers(0, 200))
def test_whatever_follows_each_other_is_a_document_or_a_problem(values: list[Any], cut: int) -> None:
    text = "\n".join(map(json.dumps, values))
    loaded = load(text[: len(text) - cut])
    assert bool(loaded.documents) != any(problem.level == "error" for problem in loaded.problems)
