"""What a compiled rule finds, where, and what it says."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lictor.documents import parse_json
from lictor.model import (
    FixTemplate,
    Function,
    Match,
    NamedCheck,
    RelatedMatch,
    RelatedQuery,
    Rule,
    RuleQueries,
    Subject,
)
from lictor.query import QueryError
from lictor.rules import compile_rule

POLICY = {
    "Version": "2012-10-17",
    "Id": None,
    "Port": 0,
    "Statement": [
        {"Sid": "One", "Effect": "Allow", "Action": ["s3:*", "*"], "Open": False},
        {"Effect": "Deny", "Action": "*", "Open": True},
        {"Effect": "Allow", "Action": "ec2:*", "Open": False},
    ],
}


def subject(value: Any = POLICY, **facts: Any) -> Any:
    (document,) = parse_json("policies/a.json", "{}").documents
    return Subject("document", document._replace(data=value), (), value, **facts)


def rule(
    message: str = "m",
    *,
    fix: Any = None,
    parameters: Any = None,
    check: Any = None,
    check_name: Any = "",
    **queries: Any,
) -> Any:
    asked = RuleQueries(**queries) if queries else None
    return Rule("a-b", "t", message, ("document",), queries=asked, check=check, check_name=check_name, fix=fix,
                parameters=parameters or {})  # fmt: skip


def paths(value: Any = POLICY, **queries: Any) -> Any:
    found = compile_rule(rule(**queries), {}).matches(subject(value), {})
    return [(match.path, match.candidate) for match in found]


def messages(message: str, **queries: Any) -> Any:
    compiled = compile_rule(rule(message, **queries), {})
    return [compiled.message(subject(), match, {}) for match in compiled.matches(subject(), {})]


@pytest.mark.parametrize(
    ("deny", "found"),
    [
        ("Missing", []),
        ("Id", []),
        ("Statement[0].Open", []),
        ("Statement[?Effect == 'Never']", []),
        ("'' ", []),
        ("`{}`", []),
        ("length(Statement[?Effect == 'Never'])", []),
        ("Version", [("Version",)]),
        ("Port", [("Port",)]),
        ("Statement[1].Open", [("Statement", 1, "Open")]),
        ("Statement[].Action", [("Statement", 0, "Action"), ("Statement", 1, "Action"), ("Statement", 2, "Action")]),
        ("Statement[0].Action", [("Statement", 0, "Action", 0), ("Statement", 0, "Action", 1)]),
        ("Statement[].Open", [("Statement", n, "Open") for n in range(3)]),
        ("Statement[0]", [("Statement", 0)]),
        ("Version == '2012-10-17'", [None]),
        ("Version == '2008-10-17'", []),
        ("length(Statement)", [None]),
        ("[Version, Missing, Version == 'x']", [("Version",)]),
        ("{a: Version}", [None]),
    ],
)
def test_deny_finds_every_value_at_its_own_place(deny: str, found: Any) -> None:
    assert [path for path, _ in paths(deny=deny)] == found


@pytest.mark.parametrize(
    ("require", "is_met"),
    [("Version", True), ("Missing", False), ("Id", False), ("Port", True), ("length(Statement)", True),
     ("length(Statement[?Sid == 'x'])", False), ("Version == 'x'", False), ("Statement[?Sid == 'x']", False)],
)  # fmt: skip
def test_require_finds_the_candidate_when_nothing_is_there(require: str, is_met: bool) -> None:
    assert paths(require=require) == ([] if is_met else [((), ())])


def test_each_candidate_is_looked_at_in_turn() -> None:
    assert paths(for_each="Statement[?Effect == 'Allow']", deny="Action") == [
        (("Statement", 0, "Action", 0), ("Statement", 0)),
        (("Statement", 0, "Action", 1), ("Statement", 0)),
        (("Statement", 2, "Action"), ("Statement", 2)),
    ]
    assert paths(for_each="Statement", require="Sid") == [
        (("Statement", 1), ("Statement", 1)),
        (("Statement", 2), ("Statement", 2)),
    ]


def test_a_single_candidate_need_not_be_a_list() -> None:
    assert paths(for_each="Statement[0]", deny="Sid") == [(("Statement", 0, "Sid"), ("Statement", 0))]
    assert paths(for_each="Missing", require="Sid") == []


def test_a_computed_value_is_found_at_the_candidate() -> None:
    assert paths(for_each="Statement", deny="Open == `true`") == [(None, ("Statement", 1))]


def test_a_computed_candidate_stands_where_its_parts_do() -> None:
    assert paths(for_each="Statement[].{s: Sid, e: Effect}", deny="s == 'One'") == [(None, ("Statement", 0))]
    assert paths(for_each="[Version == 'x', `1`]", require="x") == [(None, ()), (None, ())]
    assert messages("{each.e} {each().s}", for_each="Statement[].{s: Sid, e: Effect}", deny="s") == ["Allow One"]


def test_candidates_are_those_of_for_each() -> None:
    compiled = compile_rule(rule(for_each="Statement", deny="Missing"), {})
    assert compiled.candidates(subject(), {}) == (("Statement", 0), ("Statement", 1), ("Statement", 2))
    assert compile_rule(rule(deny="Missing"), {}).candidates(subject(), {}) == ((),)
    assert compile_rule(rule(for_each="Missing", deny="a"), {}).candidates(subject(), {}) == ()
    assert compile_rule(rule(check=lambda _subject, _parameters: ()), {}).candidates(subject(), {}) == ((),)


def test_at_moves_the_place_and_a_place_that_is_not_there_keeps_it() -> None:
    assert paths(for_each="Statement", deny="Sid", at="each().Effect")[0][0] == ("Statement", 0, "Effect")
    assert paths(for_each="Statement", require="Sid", at="Action")[0][0] == ("Statement", 1, "Action")
    assert paths(for_each="Statement", deny="Open", at="Missing")[0][0] == ("Statement", 1, "Open")
    assert paths(deny="length(Statement)", at="Statement[].Effect")[0][0] == ("Statement", 0, "Effect")


def test_open_finds_what_could_not_be_decided() -> None:
    compiled = compile_rule(rule(for_each="Statement", deny="Sid", open="Action", highlight="key"), {})
    found = compiled.matches(subject(), {})
    assert [(match.kind, match.path) for match in found] == [
        ("fail", ("Statement", 0, "Sid")),
        ("open", ("Statement", 0, "Action", 0)),
        ("open", ("Statement", 0, "Action", 1)),
        ("open", ("Statement", 1, "Action")),
        ("open", ("Statement", 2, "Action")),
    ]
    assert {match.highlight for match in found} == {"key"}


def test_related_places_have_their_own_messages() -> None:
    related = (RelatedQuery("root().Version", "version {related} of {found}"), RelatedQuery("root().Missing"))
    (match,) = compile_rule(rule(deny="Statement[].Sid", related=related), {}).matches(subject(), {})
    assert match.related == (RelatedMatch(("Version",), "version 2012-10-17 of One"),)


def test_queries_know_their_surroundings() -> None:
    assert paths(for_each="Statement[].Action[]", deny="parent(`2`).Sid") == [
        (("Statement", 0, "Sid"), ("Statement", 0, "Action", 0)),
        (("Statement", 0, "Sid"), ("Statement", 0, "Action", 1)),
    ]
    assert paths(for_each="Statement", deny="each().Sid") == [(("Statement", 0, "Sid"), ("Statement", 0))]
    assert paths(for_each="Statement", let={"x": "Sid"}, deny="let('x')")[0][0] == ("Statement", 0, "Sid")
    assert paths(deny="subject().uri == 'policies/a.json' && Version") == [(("Version",), ())]
    assert paths(for_each="Statement[?Effect == root().Statement[1].Effect]", deny="Action")[0][1] == ("Statement", 1)


def test_parameters_have_their_defaults_until_they_are_set() -> None:
    asked = rule(
        "{parameters.allowed} {parameter('allowed')}",
        parameters={"allowed": {"default": ["One"]}},
        deny="Statement[?Sid && !contains(parameter('allowed'), Sid)].Sid",
    )
    compiled = compile_rule(asked, {})
    assert compiled.matches(subject(), {}) == []
    (match,) = compiled.matches(subject(), {"allowed": []})
    assert compiled.message(subject(), match, {"allowed": []}) == "[] []"


def test_a_message_shows_values_by_name() -> None:
    assert messages("{subject.name}: {each.Sid || 'none'} {found} {{x}}", for_each="Statement", deny="Open") == [
        "policies/a.json: none true {x}"
    ]
    assert messages("{ {a: found} } {found.nothing}", deny="Version") == ['{"a":"2012-10-17"} (none)']


def test_functions_of_plugins_can_be_called() -> None:
    shout = Function("shout", str.upper, (("string",),), "upper case", "string")
    compiled = compile_rule(rule("{shout(found)}", deny="Statement[?shout(Effect) == 'DENY'].Effect"), {"shout": shout})
    (match,) = compiled.matches(subject(), {})
    assert compiled.message(subject(), match, {}) == "DENY"


def test_a_fix_edits_the_place_of_the_finding_or_what_at_selects() -> None:
    fix = FixTemplate("set", "Name the actions of {each.Sid}", ["{found}", "a {found}", 1, {"k": "{each.Open}"}, ""])
    compiled = compile_rule(rule(for_each="Statement", deny="Sid", fix=fix), {})
    (match,) = compiled.matches(subject(), {})
    assert compiled.edits(subject(), match, {}) == (
        ("set", ("Statement", 0, "Sid"), ["One", "a One", 1, {"k": False}, ""], "Name the actions of One"),
    )
    fix = FixTemplate("remove", "Remove", at="each().Action")
    compiled = compile_rule(rule(for_each="Statement", deny="Sid", fix=fix), {})
    assert [path for _, path, _, _ in compiled.edits(subject(), match, {})] == [
        ("Statement", 0, "Action", 0),
        ("Statement", 0, "Action", 1),
    ]


def test_what_is_open_has_no_fix() -> None:
    compiled = compile_rule(rule(deny="Missing", open="Version", fix=FixTemplate("remove", "d")), {})
    (match,) = compiled.matches(subject(), {})
    assert compiled.edits(subject(), match, {}) == ()


def ask_all(wrong: Rule) -> None:
    """Use every query of a rule; each is compiled when it is first used."""
    compiled = compile_rule(wrong, {})
    for match in compiled.matches(subject(), {}):
        compiled.message(subject(), match, {})
        compiled.edits(subject(), match, {})


@pytest.mark.parametrize(
    "wrong",
    [
        rule(deny="a =="),
        rule(deny="nothing(a)"),
        rule("{a ==}", deny="Version"),
        rule("{a", deny="Version"),
        rule(deny="Version", fix=FixTemplate("set", "d", "{")),
        rule(check_name="missing"),
        rule(),
    ],
)
def test_a_rule_that_can_not_be_compiled_raises_a_query_error(wrong: Any) -> None:
    with pytest.raises(QueryError) as raised:
        ask_all(wrong)
    assert raised.value.message


def test_a_query_that_a_value_makes_impossible_raises_a_query_error() -> None:
    compiled = compile_rule(rule(deny="length(Port)"), {})
    with pytest.raises(QueryError):
        compiled.matches(subject(), {})


def test_a_python_check_is_called_with_its_parameters_and_its_matches_are_filled_in() -> None:
    def check(_subject: Any, parameters: Any) -> Any:
        yield Match(("Statement", 0, "Sid"), {"limit": parameters["limit"]})
        yield Match(("Statement", 9, "Sid"), related=(RelatedMatch(("Version", "x")),), candidate=("Statement", 1, "x"))
        yield Match(None, found=3)

    compiled = compile_rule(rule("{found} {limit}", check=check, parameters={"limit": {"default": 5}}), {})
    first, second, third = compiled.matches(subject(), {})
    assert (first.found, compiled.message(subject(), first, {})) == ("One", "One 5")
    assert (second.path, second.candidate) == (("Statement",), ("Statement", 1))
    assert second.related == (RelatedMatch(("Version",)),)
    assert (third.path, third.found) == (None, 3)


def test_a_check_that_yields_something_else_is_told_so() -> None:
    compiled = compile_rule(rule(check=lambda _subject, _parameters: [("Statement",)]), {})
    with pytest.raises(TypeError, match="a check yields Match values, found tuple"):
        compiled.matches(subject(), {})


def test_a_named_check_is_the_one_a_plugin_registered() -> None:
    named = NamedCheck("acme", lambda _subject, _parameters: [Match(("Version",))])
    compiled = compile_rule(rule(check_name="acme"), {}, {"acme": named})
    assert compiled.rule.check is named.check
    assert [match.path for match in compiled.matches(subject(), {})] == [("Version",)]


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 1) | st.sampled_from(["", "a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=8,
)
_QUERIES = st.sampled_from(["@", "a", "[]", "[?a]", "a.b", "*", "[a, b]", "{a: a}", "!a", "a == b", "[0]", "a || b"])


@given(_VALUES, _QUERIES, _QUERIES)
def test_every_match_leads_to_what_was_found(value: Any, for_each: str, deny: str) -> None:
    compiled = compile_rule(rule("found {found}", for_each=for_each, deny=deny), {})
    about = subject(value)
    for match in compiled.matches(about, {}):
        assert match.found is not None
        assert match.candidate in compiled.candidates(about, {})
        if match.path is not None:
            inner = value
            for element in match.path:
                inner = inner[element]
            assert inner == match.found
        assert compiled.message(about, match, {}).startswith("found ")
