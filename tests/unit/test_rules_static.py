"""A rule is checked before it runs: fields that can't exist, unknown kinds, checks, functions and parameters."""

import textwrap
from typing import Any

from lictor.documents import parse_yaml
from lictor.model import Function, Kind, NamedCheck, Rule, RuleQueries
from lictor.registry import Registry
from lictor.rules import check_rule, parse_rule
from lictor.rules.static import element_schema


def schema(**properties: Any) -> Any:
    return {"type": "object", "properties": properties, "additionalProperties": False}


TEXT = {"type": "string"}
STATEMENT = schema(sid=TEXT, effect=TEXT, actions={"type": "array", "items": TEXT})
POLICY = schema(version=TEXT, statements={"type": "array", "items": STATEMENT})
REGISTRY = Registry(
    kinds={
        name: Kind(name, name, lambda _document, _wanted: (), kind_schema)
        for name, kind_schema in {
            "iam.policy": POLICY,
            "iam.role": schema(name=TEXT, statements={"type": "array", "items": STATEMENT}),
            "document": {},
        }.items()
    },
    functions={
        "glob_match": Function("glob_match", lambda _a, _b: True, (("string",), ("string",)), "match", "boolean")
    },
    checks={"iam-grants": NamedCheck("iam-grants", lambda _subject, _parameters: ())},
)
HEAD = "id: iam-x\ntitle: t\n"


def said(text: str) -> Any:
    (document,) = parse_yaml("rule.yaml", HEAD + textwrap.dedent(text)).documents
    rule, problems = parse_rule(document, ())
    assert problems == ()
    return [(p.location.region[:2], p.code, p.message, p.hint) for p in check_rule(rule, REGISTRY)]


def test_a_right_rule_has_no_problems() -> None:
    assert (
        said("""\
        applies-to: [iam.policy]
        parameters: {most: {type: integer, default: 1}}
        for-each: statements[?effect == 'Allow']
        let: {wide: "actions[?glob_match(@, '*:*')]"}
        deny: let('wide')[?@ != parameter('most')]
        at: root().version
        related: [{query: each().sid, message: 'see {related}'}]
        message: '{subject.name} {each.sid || each.effect} {found} {parameters.most}'
        fix: {set: ['{found}'], description: 'mend {each.sid}'}
        """)
        == []
    )


def test_a_field_that_can_not_exist_is_shown_inside_the_query() -> None:
    ((place, _, message, hint),) = said("""\
        applies-to: [iam.policy]
        deny: |
          statements[?
            efect == 'Allow']
        message: m
        """)
    assert place == (6, 5)
    assert "efect" in message
    assert "effect" in hint


def test_a_field_of_a_candidate_is_checked_by_what_for_each_returns() -> None:
    found = said("""\
        applies-to: [iam.policy]
        for-each: statements
        let: {a: acions}
        deny: actons
        message: '{each.sidd} {found}'
        """)
    assert [place for place, *_ in found] == [(5, 10), (6, 7), (7, 17)]


def test_a_field_need_only_exist_in_one_of_the_kinds() -> None:
    assert said("applies-to: [iam.policy, iam.role]\ndeny: version\nmessage: '{found}'\n") == []
    assert said("applies-to: ['iam.*', document]\ndeny: versio\nmessage: '{found}'\n") == []
    assert len(said("applies-to: ['iam.*']\ndeny: versio\nmessage: '{found}'\n")) == 1


def test_an_unknown_kind_is_shown_at_its_entry() -> None:
    assert said("applies-to: [document, iam.polcy]\ndeny: a\nmessage: m\n") == [
        ((3, 24), "unknown-kind", "no kind of subject 'iam.polcy'", "did you mean 'iam.policy'?")
    ]


def test_an_unknown_check_gets_the_nearest_name() -> None:
    assert said("applies-to: [document]\ncheck: iam-grant\nmessage: m\n") == [
        ((4, 8), "unknown-check", "no check 'iam-grant'", "did you mean 'iam-grants'?")
    ]


def test_unknown_functions_and_parameters_are_errors() -> None:
    found = said("""\
        applies-to: [document]
        parameters: {most: {default: 1}}
        deny: glob_mtch(a, 'b')
        open: parameter('mots')
        message: m
        """)
    assert [place for place, *_ in found] == [(5, 7), (6, 17)]
    assert "glob_match" in found[0][3]
    assert "most" in found[1][3]


def test_a_message_is_checked_as_the_queries_are() -> None:
    found = said("applies-to: [iam.policy]\ndeny: version\nmessage: 'a {fond} {subject.name} {found ==}'\n")
    assert len(found) == 2
    assert said("applies-to: [iam.policy]\ndeny: version\nmessage: 'a {found'\n") == [
        ((5, 13), "bad-message", "'message': '{' is not closed", "write '{{' for a brace")
    ]


def test_related_places_and_fixes_are_checked_too() -> None:
    found = said("""\
        applies-to: [iam.policy]
        for-each: statements
        require: sid
        at: sidd
        related: root().versio
        message: m
        fix: {set: {k: 'a {fund}'}, at: efect, description: '{each.sdi}'}
        """)
    assert [place[0] for place, *_ in found] == [6, 7, 9, 9, 9]
    found = said("""\
        applies-to: [iam.policy]
        for-each: statements
        deny: effect == 'Allow'
        related: [{query: sidd, message: '{relatd}'}]
        message: m
        """)
    assert [place for place, *_ in found] == [(6, 19), (6, 36)]


def test_a_result_that_may_be_several_things_is_checked_by_all_of_them() -> None:
    either = "applies-to: [iam.policy]\nfor-each: statements[0] || statements\ndeny: {}\nmessage: m\n"
    assert said(either.format("sid")) == []
    assert len(said(either.format("sidd"))) == 1
    assert said("applies-to: [iam.policy]\nfor-each: '[version, statements[0]]'\ndeny: sid\nmessage: m\n") == []


def test_element_schemas_keep_their_definitions() -> None:
    definitions = {"s": {"type": "string"}}
    listed = {"type": ["array", "null"], "items": {"$ref": "#/$defs/s"}, "$defs": definitions}
    assert element_schema(listed) == {"$ref": "#/$defs/s", "$defs": definitions}
    assert element_schema({"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "object"}]}) == {
        "anyOf": [{"type": "string"}, {"type": "object"}]
    }
    assert element_schema({"type": ["array", "object"]}) == {}
    assert element_schema({"type": "array", "items": True}) == {}


def test_a_rule_that_python_made_has_no_places_and_is_checked_all_the_same() -> None:
    rule = Rule("iam-x", "t", "m", ("iam.policy",), queries=RuleQueries(deny="versio"))
    (problem,) = check_rule(rule, REGISTRY)
    assert problem.location is None
    assert problem.hint == "did you mean 'version'?"


def test_values_of_a_python_check_can_be_named_in_its_message() -> None:
    assert said("applies-to: [document]\ncheck: iam-grants\nmessage: '{witness.action}'\n") == []
