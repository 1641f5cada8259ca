"""Waivers in comments: which line they are for, and what is said of those that waive nothing."""

from lictor.documents import parse_yaml
from lictor.model import CommentWaiver, Document
from lictor.verdict import comment_problems, waivers_in_comments


def document_of(text: str) -> Document:
    return parse_yaml("roles.yaml", text).documents[0]


def waivers(text: str) -> list[tuple[tuple[str, ...], str, int]]:
    return [(each.rules, each.reason, each.line) for each in waivers_in_comments(document_of(text))]


def test_a_comment_beside_a_value_is_for_its_line() -> None:
    assert waivers("a: 1\nb: 2  # lictor: ignore[trust-open, grant-*] the vendor asked\n") == [
        (("trust-open", "grant-*"), "the vendor asked", 2)
    ]


def test_a_comment_alone_is_for_the_next_line_that_is_neither_comment_nor_blank() -> None:
    assert waivers("a: 1\n# lictor: ignore[trust-open] why\n# more about it\n\nb: 2\nc: 3\n") == [
        (("trust-open",), "why", 5)
    ]


def test_other_comments_and_text_are_no_waivers() -> None:
    assert waivers("a: 1 # ignore[trust-open]\nb: 'lictor: ignore[trust-open]'  # see lictor\n") == []
    assert waivers("a: 1 # lictor is fine\n") == []


def test_the_mark_may_be_written_loosely() -> None:
    assert waivers("a: 1 #lictor:ignore[x-y]--why\n") == [(("x-y",), "why", 1)]


def test_a_comment_that_waived_nothing_is_a_warning_at_its_place() -> None:
    found = waivers_in_comments(document_of("a: 1 # lictor: ignore[trust-open] x\nb: 1 # lictor: ignore[grant-star]\n"))
    problems = list(comment_problems([*found, *found], [found[0].location], ["trust-open", "grant-star"]))
    assert [(problem.code, problem.level, problem.location) for problem in problems] == [
        ("unused-waiver", "warning", found[1].location)
    ]


def test_a_comment_for_a_rule_that_was_not_asked_says_so_unless_the_run_asked_only_some() -> None:
    found = waivers_in_comments(document_of("a: 1 # lictor: ignore[trust-opne] x\n"))
    (problem,) = comment_problems(found, (), ["trust-open"])
    assert problem.message == "the comment waives 'trust-opne', which is no rule that was asked"
    assert problem.hint == "did you mean 'trust-open'?"
    assert list(comment_problems(found, (), ["trust-open"], is_narrowed=True)) == []


def test_a_comment_without_rules_or_with_another_verb_says_how_to_write_it() -> None:
    for text in ("a: 1 # lictor: ignore\n", "a: 1 # lictor: ignore[]\n", "a: 1 # lictor: disable[x-y]\n"):
        found = waivers_in_comments(document_of(text))
        assert [problem.code for problem in comment_problems(found, (), ())] == ["bad-comment"]


def test_comment_waivers_can_be_told_apart_by_place() -> None:
    found = waivers_in_comments(document_of("a: 1 # lictor: ignore[x-y] same\nb: 1 # lictor: ignore[x-y] same\n"))
    assert len(set(found)) == 2
    assert all(isinstance(each, CommentWaiver) for each in found)
