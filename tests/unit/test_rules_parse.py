"""From rule.yaml to Rule: what is read, and everything that is wrong at once."""

import pickle
import textwrap
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lictor.documents import parse_json, parse_yaml
from lictor.model import FixTemplate, Match, RelatedQuery
from lictor.rules import parse_rule

FULL = """\
id: trust-wildcard-principal
title: Trust policy lets any AWS principal assume the role
level: error
security-severity: 9.8
precision: very-high
tags: [iam, external/cwe/cwe-284]
aliases: [CKV_AWS_60]
references: ['https://example.org/']
applies-to: [aws.iam.trust-policy, aws.iam.*]
parameters:
  trusted-accounts: {type: array, items: {type: string}, default: []}
for-each: statements
let: {outside: principals}
deny: principals
open: conditions
at: value
highlight: key
related:
  - {query: root(), message: 'see {related}'}
message: Any of {found}
fix: {description: Remove it, remove: true, at: '@'}
"""


def document(text: str) -> Any:
    (document,) = parse_yaml("r/rule.yaml", textwrap.dedent(text)).documents
    return document


def parsed(text: str, path: Any = (), **options: Any) -> Any:
    return parse_rule(document(text), path, **options)


def said(text: str, **options: Any) -> Any:
    rule, problems = parsed(text, **options)
    assert rule is None
    return [(p.location.region[:2], p.code, p.message) for p in problems]


def test_every_key_of_a_rule_is_read() -> None:
    rule, problems = parsed(FULL, help="page", distribution="acme")
    assert problems == ()
    assert (rule.id, rule.level, rule.security_severity) == ("trust-wildcard-principal", "error", 9.8)
    assert (rule.precision, rule.tags) == ("very-high", ("iam", "external/cwe/cwe-284"))
    assert (rule.aliases, rule.references) == (("CKV_AWS_60",), ("https://example.org/",))
    assert rule.applies_to == ("aws.iam.trust-policy", "aws.iam.*")
    assert list(rule.parameters) == ["trusted-accounts"]
    queries = rule.queries
    assert (queries.for_each, queries.deny, queries.require) == ("statements", "principals", "")
    assert (queries.open, queries.at, queries.highlight) == ("conditions", "value", "key")
    assert queries.let == {"outside": "principals"}
    assert queries.related == (RelatedQuery("root()", "see {related}"),)
    assert rule.fix == FixTemplate("remove", "Remove it", None, "@")
    assert (rule.help, rule.distribution, rule.check, rule.check_name) == ("page", "acme", None, "")


def test_a_related_query_may_be_written_without_a_message() -> None:
    rule, _ = parsed(FULL.replace("\n  - {query: root(), message: 'see {related}'}", " root()"))
    assert rule.queries.related == (RelatedQuery("root()"),)


def test_a_rule_inside_a_ruleset_knows_its_place() -> None:
    rule, problems = parsed("rules:\n  x:\n" + textwrap.indent(FULL, "    "), ("rules", "x"))
    assert problems == ()
    assert rule.location.region.start_line == 3
    assert rule.places["deny"].region[:2] == (16, 11)
    assert rule.places["deny"].path == ("rules", "x", "deny")


def test_places_reach_into_lists_and_mappings_and_travel_as_plain_data() -> None:
    rule, _ = parsed(FULL)
    assert rule.places["applies-to.1"].region[:2] == (9, 36)
    assert rule.places["let.outside"].region[:2] == (13, 16)
    assert rule.places["related.0.message"].region[:2] == (19, 30)
    assert "nothing" not in rule.places
    assert len(rule.places) == len(list(rule.places))
    assert pickle.loads(pickle.dumps(rule.places)) == dict(rule.places)  # noqa: S301 - our own data


def test_data_that_is_known_to_be_right_is_not_checked_again() -> None:
    rule, problems = parsed(FULL.replace("level: error", "level: never"), validated=True)
    assert problems == ()
    assert rule.level == "never"


def test_a_rule_without_a_question_says_what_it_can_ask() -> None:
    rule, (problem,) = parsed("id: a-b\ntitle: t\napplies-to: [document]\nmessage: m\n")
    assert rule is None
    assert problem.message == "one of 'deny', 'require' and 'check' is missing"
    assert "deny: a query" in problem.hint
    assert problem.location.region[:2] == (1, 1)


def test_a_python_check_is_the_rule_s_question() -> None:
    check = lambda _subject, _parameters: [Match()]  # noqa: E731 - a check of one line
    rule, problems = parsed("id: a-b\ntitle: t\napplies-to: [document]\nmessage: m\n", check=check)
    assert problems == ()
    assert (rule.check, rule.queries) == (check, None)


def test_a_python_check_and_a_query_in_one_rule_are_one_too_many() -> None:
    found = said(
        "id: a-b\ntitle: t\napplies-to: [document]\ndeny: a\nfor-each: b\nmessage: m\n",
        check=lambda _subject, _parameters: [],
    )
    assert [place for place, _, _ in found] == [(4, 1), (5, 1)]
    assert "check.py" in found[0][2]
    assert "'for-each' is for rules with 'deny' or 'require'" in found[1][2]


def test_a_named_check_is_kept_by_its_name() -> None:
    rule, problems = parsed("id: a-b\ntitle: t\napplies-to: [document]\ncheck: acme.naming\nmessage: m\n")
    assert problems == ()
    assert (rule.check_name, rule.queries, rule.check) == ("acme.naming", None, None)


def test_a_default_that_its_own_schema_refuses_is_shown_at_the_default() -> None:
    text = FULL.replace("default: []", "default: [1]")
    ((place, code, message),) = said(text)
    assert (place, code) == ((11, 68), "bad-rule")
    assert message == "the default of 'trusted-accounts' does not fit its schema: expected a string, found 1"


def test_a_parameter_that_is_no_json_schema_is_a_problem() -> None:
    ((place, _, message),) = said(FULL.replace("{type: string}", "{type: string, pattern: '('}"))
    assert place[0] == 11
    assert message.startswith("not a JSON Schema: ")


def test_schema_problems_and_syntax_problems_of_a_file_come_together() -> None:
    found = said(FULL.replace("level: error", "level: eror").replace("deny: principals", "deny: |\n  a ||\n    b =="))
    assert [(place, code) for place, code, _ in found] == [((3, 8), "bad-rule"), ((16, 9), "query-syntax")]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
_KEYS = ["id", "title", "level", "applies-to", "parameters", "deny", "let", "related", "message", "fix", "tags"]


@given(st.dictionaries(st.sampled_from(_KEYS), _JSON), st.sampled_from(_KEYS), _JSON)
def test_whatever_a_rule_file_holds_there_is_a_rule_or_a_problem(data: Any, key: str, value: Any) -> None:
    import json

    right = {"id": "a-b", "title": "t", "applies-to": ["document"], "deny": "a", "message": "m"}
    for content in (data, {**right, key: value}, value):
        (document,) = parse_json("rule.json", json.dumps(content)).documents
        rule, problems = parse_rule(document, ())
        assert (rule is None) == bool(problems)
        places = [problem.location.region[:2] for problem in problems]
        assert places == sorted(places)
