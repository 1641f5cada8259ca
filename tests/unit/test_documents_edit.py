"""Edits: the text means the old data with one change, and comments, quotes and order elsewhere stay."""

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lictor.documents import apply_replacements, parse_json, parse_yaml, replacement_for
from lictor.errors import LictorError
from lictor.model import EMBEDDED, Document, EditAction, Path, Region, Replacement

LETTERS = st.text(st.sampled_from("abcXY:#-'\" {}[],!&*1.é😀"), max_size=6)
SCALARS = st.none() | st.booleans() | st.integers(-9999, 9999) | LETTERS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(LETTERS, inner, max_size=4), max_leaves=12
)
ACTIONS: st.SearchStrategy[EditAction] = st.sampled_from(["set", "remove", "append"])


def paths(value: Any, path: Path = ()) -> list[Path]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, child in children for found in paths(child, (*path, key)))]


def edited(data: Any, path: Path, action: EditAction, value: Any) -> Any:
    if not path:
        return value if action == "set" else [*data, value] if isinstance(data, list) else [data, value]
    copy = data.copy()
    if len(path) == 1 and action == "remove":
        del copy[path[0]]
    elif len(path) == 1 and isinstance(copy, dict) and path[0] not in copy:
        copy[path[0]] = value if action == "set" else [value]
    else:
        copy[path[0]] = edited(copy[path[0]], path[1:], action, value)
    return copy


def apply(document: Document, path: Path, action: EditAction, value: Any = None) -> str:
    return apply_replacements(document.text, [replacement_for(document, path, action, value)])


def in_yaml(text: str) -> Document:
    loaded = parse_yaml("a.yaml", text)
    assert loaded.problems == ()
    return loaded.documents[0]


def in_json(text: str) -> Document:
    return parse_json("a.json", text).documents[0]


@given(value=VALUES, new=VALUES, action=ACTIONS, indent=st.sampled_from([None, 2, "\t"]), data=st.data())
@settings(max_examples=120, deadline=None)
def test_a_json_edit_gives_the_edited_data(value: Any, new: Any, action: EditAction, indent: Any, data: Any) -> None:
    document = in_json(json.dumps(value, indent=indent, ensure_ascii=False))
    path = data.draw(st.sampled_from(paths(value)))
    if action == "remove" and not path:
        return
    text = apply(document, path, action, new)
    assert json.loads(text) == edited(value, path, action, new)
    assert ("\n" in text) <= (indent is not None)


@given(value=VALUES, new=VALUES, action=ACTIONS, is_flow=st.sampled_from([True, False, None]), data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_yaml_edit_gives_the_edited_data_or_is_refused(
    value: Any, new: Any, action: EditAction, is_flow: bool | None, data: Any
) -> None:
    value = {"root": value}
    text = yaml.dump(value, default_flow_style=is_flow, allow_unicode=True, sort_keys=False)
    text = "# first\n" + text + "# last\n"
    document = in_yaml(text)
    path = data.draw(st.sampled_from(paths(document.data)[1:]))
    try:
        after = apply(document, path, action, new)
    except LictorError:
        return
    again = in_yaml(after)
    assert again.data == edited(document.data, path, action, new)
    assert [comment.text for comment in again.comments()] == ["first", "last"]


JSON = """{
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": "*",
      "Action": ["sts:AssumeRole"]
    },
    {"Sid": "two"}
  ],
  "Empty": {},
  "List": []
}
"""


@pytest.mark.parametrize(
    ("path", "action", "value", "before", "after"),
    [
        (("Statement", 0, "Principal"), "set", {"AWS": "x"}, '"*"', '{"AWS": "x"}'),
        (("Statement", 0, "Principal"), "remove", None, '      "Principal": "*",\n', ""),
        (("Statement", 0, "Action"), "remove", None, ',\n      "Action": ["sts:AssumeRole"]', ""),
        (("Statement", 0, "Action"), "append", "b", '["sts:AssumeRole"]', '["sts:AssumeRole", "b"]'),
        (("Statement", 0, "Effect"), "append", "b", '"Allow"', '["Allow", "b"]'),
        (("Statement", 0, "Sid"), "set", "s", '["sts:AssumeRole"]\n', '["sts:AssumeRole"],\n      "Sid": "s"\n'),
        (("Statement", 1, "x"), "append", 1, '"two"', '"two", "x": [1]'),
        (("Statement", 1), "remove", None, ',\n    {"Sid": "two"}', ""),
        (("Empty", "a"), "set", 1, "{}", '{\n    "a": 1\n  }'),
        (("List",), "append", {"a": 1}, "[]", '[{"a": 1}]'),
        (("Statement", 0, "Action"), "rename", "NotAction", '"Action"', '"NotAction"'),
        (("Empty",), "add", {"a": {"b": "c"}}, "{}", '{\n    "a": {\n      "b": "c"\n    }\n  }'),
    ],
)
def test_json_edits_follow_the_indentation_around_them(
    path: Path, action: EditAction, value: Any, before: str, after: str
) -> None:
    assert apply(in_json(JSON), path, action, value) == JSON.replace(before, after, 1)


YAML = """\
# top
Statement:  # one
- Effect: Allow     # keep 1
  Principal: '*'    # why
  # between
  Action:
  - sts:AssumeRole  # keep 2
- Sid: two
Flow: {a: 1, b: [x, y]}  # keep 3
Text: |
  line
Empty:
Last: 1
"""


@pytest.mark.parametrize(
    ("path", "action", "value", "before", "after"),
    [
        (("Statement", 0, "Principal"), "set", {"AWS": "x"}, "'*'", "{AWS: x}"),
        (("Statement", 0, "Principal"), "set", "yes", "'*'", "'yes'"),
        (("Statement", 0, "Principal"), "remove", None, "  Principal: '*'    # why\n", ""),
        (("Statement", 0, "Effect"), "remove", None, "Effect: Allow     # keep 1\n  Principal", "Principal"),
        (("Statement", 0, "Action"), "append", "b", "# keep 2\n", "# keep 2\n  - b\n"),
        (("Statement", 0, "Action"), "set", "b", "Action:\n  - sts:AssumeRole", "Action: b"),
        (("Statement", 0, "Effect"), "append", "b", "Allow", "[Allow, b]"),
        (("Statement",), "append", {"a": 1, "b": 2}, "- Sid: two\n", "- Sid: two\n- a: 1\n  b: 2\n"),
        (("Statement", 1), "remove", None, "- Sid: two\n", ""),
        (("Statement", 1, "x"), "set", [1], "- Sid: two\n", "- Sid: two\n  x: [1]\n"),
        (("Flow", "a"), "remove", None, "a: 1, ", ""),
        (("Flow", "b", 1), "remove", None, ", y", ""),
        (("Flow", "b"), "append", "z, z", "[x, y]", "[x, y, 'z, z']"),
        (("Flow", "c"), "set", None, "[x, y]}", "[x, y], c: null}"),
        (("Text",), "set", "new", "|\n  line", "new"),
        (("Empty",), "set", "x", "Empty:", "Empty: x"),
        (("Last",), "remove", None, "Last: 1\n", ""),
        (("New",), "set", True, "Last: 1\n", "Last: 1\nNew: true\n"),
        ((), "add", {"Version": "2012-10-17"}, "Last: 1\n", "Last: 1\nVersion: '2012-10-17'\n"),
        (("Statement", 0, "Principal"), "rename", "NotPrincipal", "Principal", "NotPrincipal"),
        (("Flow", "b"), "rename", "no", "b: [", "'no': ["),
    ],
)
def test_yaml_edits_change_one_thing(path: Path, action: EditAction, value: Any, before: str, after: str) -> None:
    assert apply(in_yaml(YAML), path, action, value) == YAML.replace(before, after, 1)


def test_a_single_mapping_becomes_the_first_item_of_a_list() -> None:
    document = in_yaml("Statement:\n  Effect: Allow  # c\n  Action: x\nEnd: 1\n")
    assert apply(document, ("Statement",), "append", {"Sid": "b"}) == (
        "Statement:\n  - Effect: Allow  # c\n    Action: x\n  - Sid: b\nEnd: 1\n"
    )


def test_a_large_value_is_written_in_block_style() -> None:
    value = {"Condition": {"StringEquals": {"sts:ExternalId": ["a" * 40, "b" * 40]}}}
    assert apply(in_yaml("a:\n  b: 1\n"), ("a", "b"), "set", value).startswith("a:\n  b:\n    Condition:\n")


@pytest.mark.parametrize(
    ("text", "path", "value", "after"),
    [
        ('{"p": "{\\"a\\": 1}"}', ("p", EMBEDDED, "a"), 'x"', '{"p": "{\\"a\\": \\"x\\\\\\"\\"}"}'),
        ('p: |\n  {\n    "a": 1\n  }\n', ("p", EMBEDDED, "a"), [1], 'p: |\n  {\n    "a": [1]\n  }\n'),
        ("p: '{\"a\": 1}'\n", ("p", EMBEDDED, "a"), "it's", "p: '{\"a\": \"it''s\"}'\n"),
        ('p: "{\\"a\\": 1}"\n', ("p", EMBEDDED, "b"), 2, 'p: "{\\"a\\": 1, \\"b\\": 2}"\n'),
        ("p: '%7B%22a%22%3A1%7D'\n", ("p", EMBEDDED, "a"), "é", "p: '%7B%22a%22%3A%22%C3%A9%22%7D'\n"),
    ],
)
def test_json_in_a_string_is_edited_in_the_spelling_of_the_string(
    text: str, path: Path, value: Any, after: str
) -> None:
    document = parse_yaml("a.yaml", text).documents[0]
    assert apply(document, path, "set", value) == after


def test_a_multi_line_value_in_a_block_scalar_keeps_its_indentation() -> None:
    document = in_yaml('p: |\n  {\n    "s": [\n      {"a": 1}\n    ],\n    "e": {}\n  }\n')
    after = apply(document, ("p", EMBEDDED, "e", "k"), "set", 1)
    assert '    "e": {\n      "k": 1\n    }\n  }\n' in after


@pytest.mark.parametrize(
    ("text", "path", "action"),
    [
        ("a: &x {k: 1}\nb: *x\n", ("a", "k"), "set"),
        ("a: &x {k: 1}\nb: *x\n", ("b", "k"), "set"),
        ("a: &x {k: 1}\nb:\n  <<: *x\n  l: 1\n", ("b", "k"), "remove"),
        ("a: &x 1\nb: *x\n", ("a", "nope", "b"), "set"),
        ("a: 1\n", (), "remove"),
        ("a: 1\n", ("b",), "remove"),
        ("b: 0\na: 1\na: 2\n", ("a",), "remove"),
        ("a: 1\n", ("a",), "rename"),
        ("a: [1]\n", ("a", 0), "rename"),
        ("a: 1\n", ("b",), "rename"),
    ],
)
def test_what_would_change_something_else_is_refused(text: str, path: Path, action: EditAction) -> None:
    document = parse_yaml("a.yaml", text).documents[0]
    with pytest.raises(LictorError) as raised:
        replacement_for(document, path, action, 2)
    assert raised.value.problems[0].code == "unsafe-edit"


def test_an_alias_can_be_replaced_where_it_is_used() -> None:
    document = in_yaml("a: &x {k: 1}\nb: *x\n")
    assert apply(document, ("b",), "set", 2) == "a: &x {k: 1}\nb: 2\n"


def test_the_second_document_of_a_file_is_edited_in_its_place() -> None:
    documents = parse_yaml("a.yaml", "a: 1\n---\na: 1\n").documents
    assert apply(documents[1], ("a",), "set", 2) == "a: 1\n---\na: 2\n"


def test_windows_line_breaks_stay() -> None:
    assert apply(in_yaml("a:\r\n- x\r\n"), ("a",), "append", "z") == "a:\r\n- x\r\n- z\r\n"
    assert apply(in_json('{\r\n "a": 1\r\n}'), ("b",), "set", 2) == '{\r\n "a": 1,\r\n "b": 2\r\n}'


def test_replacements_of_several_fixes_are_applied_together_unless_they_overlap() -> None:
    one = Replacement(Region(1, 1, 1, 2), "x")
    two = Replacement(Region(2, 1, 2, 2), "y")
    assert apply_replacements("a\nb\n", [two, one, one]) == "x\ny\n"
    with pytest.raises(LictorError):
        apply_replacements("abc", [Replacement(Region(1, 1, 1, 3), ""), Replacement(Region(1, 2, 1, 4), "")])


@pytest.mark.parametrize("text", ["a: 1\nb: 2\n", '{"a": 1, "b": 2}'])
@pytest.mark.parametrize(("path", "action", "value"), [(("a",), "rename", "b"), ((), "add", {"b": 3})])
def test_a_key_that_is_there_is_not_given_twice(text: str, path: Path, action: EditAction, value: Any) -> None:
    for document in (in_yaml(text), *([in_json(text)] if text.startswith("{") else [])):
        with pytest.raises(LictorError) as raised:
            replacement_for(document, path, action, value)
        assert raised.value.problems[0].code == "unsafe-edit"


def test_a_key_in_an_embedded_text_is_renamed() -> None:
    document = in_json('{"Policy": "{\\"statement\\": []}"}')
    assert apply(document, ("Policy", EMBEDDED, "statement"), "rename", "Statement") == (
        '{"Policy": "{\\"Statement\\": []}"}'
    )


BLOCKS = "a:\n  b:\n    - c: 1 # one\n      d: |+\n        text\n\n  e:\n    f: 2\n    g:\n    - h\nz: 0\n"


@pytest.mark.parametrize(
    ("text", "path", "action", "value", "after"),
    [
        (BLOCKS, ("a", "e", "f"), "set", [1], BLOCKS.replace("f: 2", "f: [1]")),
        (BLOCKS, ("a", "e", "g", 0), "remove", None, BLOCKS.replace("g:\n    - h\n", "g: []\n")),
        (BLOCKS, ("a", "e", "f"), "remove", None, BLOCKS.replace("    f: 2\n", "")),
        (BLOCKS, ("a", "e", "g"), "append", "i", BLOCKS.replace("    - h\n", "    - h\n    - i\n")),
        (BLOCKS, ("a", "b", 0, "c"), "set", 3, BLOCKS.replace("c: 1 #", "c: 3 #")),  # the block ends with `|+`
        ("- - a\n  - b\n- c\n", (0, 1), "set", {"x": 1}, "- - a\n  - {x: 1}\n- c\n"),
        ("%YAML 1.2\n---\na:\n  b: 1\n", ("a", "b"), "set", 2, "%YAML 1.2\n---\na:\n  b: 2\n"),
        ("a:\r\n  b: 1\r\n  c: 2\r\nd: 3", ("a", "c"), "remove", None, "a:\r\n  b: 1\r\nd: 3"),
    ],
)
def test_an_edit_of_a_block_leaves_what_is_around_it(
    text: str, path: Path, action: EditAction, value: Any, after: str
) -> None:
    assert apply(in_yaml(text), path, action, value) == after
