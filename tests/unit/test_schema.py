"""lictor.schema: what is wrong with a file of ours, said with its place and a hint."""

import textwrap
from typing import Any

import pytest
from jsonschema_rs import meta

from lictor.documents import parse_json, parse_yaml
from lictor.schema import Definition, complaints_about, describe, json_schema, problems_in
from lictor.schema.shipped import DEFINITIONS

RULE = """\
id: web-plain-http
title: A listener takes requests without encryption
applies-to: [document]
deny: listeners
message: '{found}'
"""


def problems(text: str, definition: Definition = "rule") -> Any:
    (document,) = parse_yaml("rule.yaml", textwrap.dedent(text)).documents
    return problems_in(document, definition)


def said(text: str, definition: Definition = "rule") -> Any:
    return [(p.location.region[:2], p.code, p.message, p.hint) for p in problems(text, definition)]


def objects_in(value: Any) -> Any:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects_in(inner)


def test_a_right_rule_has_no_problems() -> None:
    assert problems(RULE) == ()


def test_the_shipped_schema_is_itself_a_json_schema() -> None:
    meta.validate(json_schema())
    for definition in DEFINITIONS:
        meta.validate(json_schema(definition))


def test_every_reference_in_the_schema_leads_somewhere() -> None:
    schema = json_schema()
    references = {o["$ref"] for o in objects_in(schema) if isinstance(o.get("$ref"), str)}
    assert {reference.removeprefix("#/$defs/") for reference in references} <= set(schema["$defs"])


def test_no_two_schema_files_define_the_same_name() -> None:
    import json
    from importlib import resources

    names = []
    for definition in DEFINITIONS:
        text = resources.files("lictor.schema").joinpath(f"{definition}.schema.json").read_text(encoding="utf-8")
        names += [definition, *json.loads(text).get("$defs", {})]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("definition", ["rule", "case", "case-finding", "rule-fix", "rule-related"])
def test_every_key_has_a_description_for_editors(definition: Definition) -> None:
    for name, schema in json_schema()["$defs"][definition]["properties"].items():
        assert schema.get("description"), name


def test_every_pattern_says_in_words_what_it_expects() -> None:
    for name in ("rule", "cases", "case", "case-finding", "rule-id", "kebab-name", "kind-pattern"):
        for part in objects_in(json_schema()["$defs"][name]):
            assert "pattern" not in part or "patternErrorMessage" in part


def test_one_schema_serves_all_three_files() -> None:
    from jsonschema_rs import Draft202012Validator

    validator = Draft202012Validator(json_schema())
    rule = {"id": "a-b", "title": "t", "applies-to": ["document"], "deny": "a", "message": "m"}
    assert validator.is_valid(rule)
    assert validator.is_valid([{"name": "n", "document": {}, "find": []}])
    assert not validator.is_valid({**rule, "denny": "a"})
    assert not validator.is_valid([{"name": "n"}])


def test_an_unknown_key_is_shown_at_the_key_with_the_nearest_known_one() -> None:
    assert said(RULE + "levl: error\n") == [((6, 1), "unknown-key", "unknown key 'levl'", "did you mean 'level'?")]


def test_an_unknown_key_that_is_near_none_lists_those_that_are_known() -> None:
    ((_, _, _, hint),) = said(RULE + "fix: {description: d, set: 1, xxxxxxxxx: 1}\n")
    assert hint == "known keys: add, append, at, description, remove, rename, set"


def test_a_missing_key_says_what_it_is_for() -> None:
    ((place, code, message, hint),) = said(RULE.replace("message: '{found}'\n", ""))
    assert (place, code, message) == ((1, 1), "bad-rule", "'message' is missing")
    assert hint.startswith("message: What to tell people")


def test_all_problems_of_a_file_come_at_once_in_file_order() -> None:
    found = said(
        """\
        id: Trust
        title: 3
        level: eror
        security-severity: 11
        applies-to: []
        tags: [a, a]
        parameters:
          Bad_name: {default: 1}
          ok: {type: strng, default: 1}
        deny: a
        require: b
        related: [{queri: a}]
        message: m
        """
    )
    assert [(place, message) for place, _, message, _ in found] == [
        ((1, 1), "only one of 'deny', 'require' and 'check' can be here"),
        ((1, 5), "expected an id in kebab-case, area first, such as 'trust-wildcard-principal', found 'Trust'"),
        ((2, 8), "expected a string, found 3"),
        ((3, 8), "expected 'note', 'warning' or 'error', found 'eror'"),
        ((4, 20), "expected at most 10, found 11"),
        ((5, 13), "expected a list of 1 or more, found an empty list"),
        ((6, 7), "expected each element once, found one again"),
        ((8, 3), "expected a name in kebab-case, such as 'trusted-accounts', found 'Bad_name'"),
        (
            (9, 14),
            "expected 'array', 'boolean', 'integer', 'null', 'number', 'object' or 'string' or a list, found 'strng'",
        ),
        ((12, 11), "'query' is missing"),
        ((12, 12), "unknown key 'queri'"),
    ]


def test_a_file_that_is_no_mapping_says_so() -> None:
    ((place, code, message, hint),) = said("- a\n")
    assert (place, code, message) == ((1, 1), "bad-rule", "expected a mapping, found a list")
    assert hint.startswith("A rule: which subjects it looks at")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("rules: {a-b: true}", "expected 'error', 'warning', 'note', 'on' or 'off', found true", "write 'on'"),
        ("rules: {a-b: false}", "expected 'error', 'warning', 'note', 'on' or 'off', found false", "write 'off'"),
        ("rules:\n  a-b:", "expected 'error', 'warning', 'note', 'on' or 'off', found null", ""),
        (
            "rules:\n  - a-b: error",
            "expected a mapping, found a list",
            "write its keys without '- ' before them",
        ),
        (
            "gates:\n  fail-on: error",
            "expected a list, found a mapping",
            "begin each entry of the list with '- '",
        ),
        (
            "locks: [{rules: a-b, floor: error}]",
            "expected a list, found 'a-b'",
            "write it as a list: ['a-b']",
        ),
        (
            "waivers: [{rules: [a-b], ticket: 12}]",
            "expected a string, found 12",
            "put it in quotes: '12'",
        ),
    ],
)
def test_a_value_of_the_wrong_type_says_how_it_is_written(text: str, message: str, hint: str) -> None:
    assert [(m, h) for _, _, m, h in said(text + "\n", "ruleset")] == [(message, hint)]


def test_an_alternative_is_explained_by_the_form_that_was_meant() -> None:
    assert [message for _, _, message, _ in said(RULE + "related: 3\n")] == ["expected a string or a list, found 3"]
    assert [message for _, _, message, _ in said(RULE + "related: [{query: ''}]\n")] == [
        "expected a string of length 1 or more, found ''"
    ]


def test_a_rule_inside_another_file_is_checked_at_its_path() -> None:
    text = "rules:\n  - levl: error\n    id: a-b\n    title: t\n    applies-to: [a]\n    deny: a\n    message: m\n"
    (document,) = parse_yaml("r.yaml", text).documents
    (problem,) = problems_in(document, "rule", ("rules", 0))
    assert problem.location.region[:2] == (2, 5)
    assert problem.location.path == ("rules", 0, "levl")


def test_a_json_file_is_checked_like_a_yaml_file() -> None:
    (document,) = parse_json("cases.json", '[{"name": "n", "find": [], "text": "", "document": 1}]').documents
    (problem,) = problems_in(document, "cases")
    expected = "expected exactly one of 'document', 'text' and 'documents'"
    assert (problem.code, problem.message) == ("bad-cases", expected)


def test_a_long_value_is_cut_in_a_message() -> None:
    assert describe("x" * 100) == f"'{'x' * 60}…'"


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        ({"oneOf": [{"type": "integer"}, {"minimum": 1}]}, 3, "more than one of the forms that are allowed here fits"),
        ({"anyOf": [{"const": 1}, {"const": "a"}]}, 2, "expected 1 or 'a', found 2"),
        ({"type": ["string", "null"]}, 2, "expected a string or null, found 2"),
        ({"properties": {"a": False}}, {"a": 1}, "false schema does not allow 1"),
        ({"pattern": "^a"}, "b", "expected a string that matches ^a, found 'b'"),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "'b' is missing"),
        ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, "expected another key, found 'ab'"),
        ({"unevaluatedProperties": False}, {"ab": 1}, "unknown key 'ab'"),
    ],
)
def test_a_plugin_s_parameters_may_use_all_of_json_schema(schema: Any, value: Any, message: str) -> None:
    from jsonschema_rs import Draft202012Validator

    (complaint,) = complaints_about(Draft202012Validator(schema).iter_errors(value), schema, "bad-rule")
    assert complaint.message.lower() == message.lower()


def test_a_keyword_without_words_of_ours_still_gives_a_message() -> None:
    from jsonschema_rs import Draft202012Validator

    schema = {"contains": {"type": "string"}}
    (complaint,) = complaints_about(Draft202012Validator(schema).iter_errors([1]), schema, "bad-rule")
    assert complaint.message
    assert not complaint.message.endswith(".")
