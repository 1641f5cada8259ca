"""The fingerprint by path: what may change in a document without a finding becoming a new one."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lictor.fingerprints import PolicyPaths, stable_pointer
from lictor.model import EMBEDDED, Document, Path, Region


def document(data: Any, uri: str = "a.json", index: int = 0) -> Document:
    return Document(uri, "json", data, "", lambda _path, _highlight: Region(1, 1, 1, 1), index)


def fingerprint(data: Any, path: Path, uri: str = "a.json", index: int = 0, rule_id: str = "rule") -> str:
    return PolicyPaths(document(data, uri, index)).fingerprint(rule_id, path)


POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "First", "Action": ["s3:Get*", "s3:*"], "Resource": "*"},
        {"Action": "iam:*", "Resource": ["a", "b"], "Effect": "Allow"},
        {"Action": "sts:*", "Resource": ["a", "b"], "Effect": "Deny"},
    ],
}


def test_a_fingerprint_is_thirty_two_hexadecimal_digits() -> None:
    found = fingerprint(POLICY, ("Statement", 0, "Action", 1))
    assert len(found) == 32
    assert set(found) <= set("0123456789abcdef")


@given(st.permutations(range(3)), st.sampled_from(range(3)), st.data())
def test_the_order_of_statements_and_keys_does_not_matter(order: list[int], chosen: int, data: st.DataObject) -> None:
    statements: list[dict[str, Any]] = [POLICY["Statement"][at] for at in order]
    moved = [dict(data.draw(st.permutations(list(statement.items())))) for statement in statements]
    before = fingerprint(POLICY, ("Statement", chosen, "Action"))
    assert fingerprint({"Statement": moved}, ("Statement", order.index(chosen), "Action")) == before


def test_the_offending_value_itself_does_not_matter() -> None:
    changed = copy.deepcopy(POLICY)
    changed["Statement"][1]["Effect"] = "allow"
    path = ("Statement", 1, "Effect")
    assert fingerprint(changed, path) == fingerprint(POLICY, path)


ONE_OR_MANY: list[tuple[Path, Path]] = [
    (("Action",), ("Action", 0)),
    (("Resource",), ("Resource", 0)),
    (("Principal", "AWS"), ("Principal", "AWS", 0)),
    (("Principal", "Service"), ("Principal", "Service", 0)),
    (("Condition", "StringLike", "aws:SourceArn"), ("Condition", "StringLike", "aws:SourceArn", 0)),
    (("Condition", "StringLike", "aws:SourceArn"), ("Condition", "StringLike", "aws:SourceArn")),
    (("Action",), ("Action",)),
    (("Effect",), ("Effect",)),
]


@pytest.mark.parametrize("is_one_statement", [True, False])
@pytest.mark.parametrize("sid", [{}, {"Sid": "A"}])
@pytest.mark.parametrize(("single", "listed"), ONE_OR_MANY)
def test_one_value_and_a_list_of_it_are_the_same(
    single: Path, listed: Path, sid: dict[str, str], *, is_one_statement: bool
) -> None:
    one: dict[str, Any] = {
        **sid,
        "Effect": "Allow",
        "Action": "s3:*",
        "Resource": "*",
        "Principal": {"AWS": "*", "Service": "a.example.org"},
        "Condition": {"StringLike": {"aws:SourceArn": "*"}},
    }
    many = {
        **one,
        "Action": ["s3:*"],
        "Resource": ["*"],
        "Principal": {"AWS": ["*"], "Service": ["a.example.org"]},
        "Condition": {"StringLike": {"aws:SourceArn": ["*"]}},
    }
    before = {"Statement": one if is_one_statement else [one]}
    path: Path = ("Statement", *single) if is_one_statement else ("Statement", 0, *single)
    assert fingerprint(before, path) == fingerprint({"Statement": [many]}, ("Statement", 0, *listed))


def test_the_only_item_stays_known_when_another_comes() -> None:
    one, two = ({"Statement": [{"Sid": "A", "Action": actions}]} for actions in ("s3:*", ["ec2:*", "s3:*"]))
    path: Path = ("Statement", 0, "Action")
    assert fingerprint(one, path) == fingerprint(two, (*path, 1))


def test_what_is_called_action_elsewhere_is_no_list() -> None:
    assert stable_pointer({"Rule": {"Action": {"Block": {}}}}, ("Rule", "Action", "Block")) == "/Rule/Action/Block"
    assert (
        stable_pointer({"Statement": {"ByteMatch": {"Name": 1}}}, ("Statement", "ByteMatch")) == "/Statement/ByteMatch"
    )


def test_findings_of_other_statements_rules_files_and_documents_differ() -> None:
    path = ("Statement", 1, "Action")
    found = [
        fingerprint(POLICY, path),
        fingerprint(POLICY, ("Statement", 2, "Action")),
        fingerprint(POLICY, ("Statement", 1, "Resource")),
        fingerprint(POLICY, path, uri="b.json"),
        fingerprint(POLICY, path, index=1),
        fingerprint(POLICY, path, rule_id="other"),
    ]
    assert len(set(found)) == len(found)


def test_a_named_kubernetes_object_goes_by_its_name_wherever_it_stands_in_the_file() -> None:
    role = {"kind": "Role", "metadata": {"name": "reader", "namespace": "web"}, "rules": [{"verbs": ["*"]}]}
    path = ("rules", 0, "verbs", 0)
    assert fingerprint(role, path, index=0) == fingerprint(role, path, index=3)


@pytest.mark.parametrize(
    ("item", "rest", "name"),
    [
        ({"Sid": "A", "Name": "b"}, ("Action",), "[Sid=A]"),
        ({"Sid": "", "Name": "b"}, ("Action",), "[Name=b]"),
        ({"metadata": {"name": "pod"}}, ("spec",), "[metadata.name=pod]"),
        ("s3:*", (), "[=s3:*]"),
        (12, (), "[=12]"),
    ],
)
def test_a_list_item_goes_by_what_names_it(item: Any, rest: Path, name: str) -> None:
    assert stable_pointer([0, item], (1, *rest)).split("/")[1] == name


def test_a_name_that_is_itself_wrong_does_not_name_the_item() -> None:
    one, two = {"name": "bad", "x": 1}, {"name": "worse", "x": 1}
    assert stable_pointer([one], (0, "name")) == stable_pointer([two], (0, "name"))


def test_two_wrong_values_of_one_statement_differ() -> None:
    path = ("Statement", 0, "Action")
    assert fingerprint(POLICY, (*path, 0)) != fingerprint(POLICY, (*path, 1))


def test_json_inside_a_string_is_followed() -> None:
    def outer(policy: Any) -> Any:
        return {"Properties": [{"PolicyDocument": json.dumps(policy)}]}

    lead = ("Properties", 0, "PolicyDocument", EMBEDDED, "Statement")
    moved = {"Statement": list(reversed(POLICY["Statement"]))}
    pointer = stable_pointer(outer(POLICY), (*lead, 0, "Action", 1))
    assert pointer.endswith("/PolicyDocument/!json/Statement/[Sid=First]/Action/[=s3:*]")
    assert fingerprint(outer(moved), (*lead, 2, "Action", 1)) != fingerprint(outer(POLICY), (*lead, 1, "Action"))


def test_the_item_that_holds_the_string_is_named_without_the_offending_value_in_it() -> None:
    lead = (0, "Doc", EMBEDDED, "Action")
    one = [{"Doc": '{"Action": "a", "Effect": "Allow"}', "Path": "/"}]
    two = [{"Path": "/", "Doc": '{"Effect": "Allow",   "Action": "b"}'}]
    assert stable_pointer(one, lead) == stable_pointer(two, lead)


def test_a_string_that_is_no_json_and_a_path_that_is_not_there_are_no_error() -> None:
    assert stable_pointer({"a": "{"}, ("a", EMBEDDED, "b", 0)) == "/a/!json/b/0"
    assert stable_pointer({"a": []}, ("a", 3, "b")).startswith("/a/[")
    assert stable_pointer(None, ("a/b~", 0)) == "/a~1b~0/0"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=60)
@given(json_values, st.lists(st.integers(0, 3) | st.text(max_size=3) | st.just(EMBEDDED), max_size=5))
def test_any_document_and_path_have_a_fingerprint(data: Any, path: list[str | int]) -> None:
    assert fingerprint(data, tuple(path)) == fingerprint(copy.deepcopy(data), tuple(path))
