"""Large dumps are read entry by entry, and nobody can tell: findings, places, fixes and problems are the same."""

import datetime as dt
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lictor import EMBEDDED, BrokenStream, Budgets, parse_json
from lictor.api import CheckRequest, check
from lictor.documents.json_entries import EntryDocument, StreamedDocument, streamed_json
from lictor.model import Report
from lictor_plugins import formats

TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}
ADMIN = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
BOUNDARY = "arn:aws:iam::111122223333:policy/Limit"


def role(number: int, **more: Any) -> dict[str, Any]:
    name = f"role-{number}"
    return {
        "RoleName": name,
        "Arn": f"arn:aws:iam::111122223333:role/{name}",
        "Path": "/",
        "AssumeRolePolicyDocument": TRUST,
        "InstanceProfileList": [],
        "RolePolicyList": [{"PolicyName": "inline", "PolicyDocument": json.dumps(ADMIN) if number % 2 else ADMIN}],
        "AttachedManagedPolicies": [{"PolicyName": "Limit", "PolicyArn": BOUNDARY}],
        **more,
    }


def managed(arn: str) -> dict[str, Any]:
    versions = [{"Document": ADMIN, "VersionId": "v1", "IsDefaultVersion": True}]
    return {"PolicyName": arn.rpartition("/")[2], "Arn": arn, "AttachmentCount": 0, "PolicyVersionList": versions}


DUMP = {
    "Policies": [managed(BOUNDARY), managed("arn:aws:iam::111122223333:policy/Other")],
    "UserDetailList": [
        {
            "UserName": "ann",
            "Arn": "arn:aws:iam::111122223333:user/ann",
            "GroupList": ["staff"],
            "PermissionsBoundary": {"PermissionsBoundaryArn": BOUNDARY},
            "UserPolicyList": [],
        }
    ],
    "GroupDetailList": [],
    "RoleDetailList": [
        *(role(number) for number in range(5)),
        role(5, AssumeRolePolicyDocument={"Statement": TRUST["Statement"]}),
    ],
    "IsTruncated": False,
}


@pytest.fixture
def streaming(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "_LARGE", 0)


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def checked(tmp_path: Path, text: str, plans: Path) -> Report:
    (tmp_path / "a.json").write_text(text)
    return check(CheckRequest(("a.json",), tmp_path, dt.date(2026, 1, 1), cache=plans))


def said(report: Report) -> dict[str, Any]:
    """What a report says, field by field, for a readable difference."""
    return {name: getattr(report, name) for name in ("findings", "problems", "receipt", "verdicts")}


@pytest.mark.parametrize("indent", [None, 1])
def test_a_streamed_dump_gives_the_report_that_it_gives_at_once(
    indent: int | None, tmp_path: Path, plans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = json.dumps(DUMP, indent=indent) + "\n"
    at_once = checked(tmp_path, text, plans)
    monkeypatch.setattr(formats, "_LARGE", 0)
    monkeypatch.setattr(StreamedDocument, "whole", None)  # it does without
    streamed = checked(tmp_path, text, plans)
    assert len(at_once.findings) > 15
    assert any(finding.fixes for finding in at_once.findings)
    assert said(streamed) == said(at_once)


def broken() -> dict[str, str]:
    text = json.dumps(DUMP, indent=1)
    return {
        "an error in the last line": text[:-1] + ",}",
        "the end missing": text[:-2],
        "something behind the end": text + "x",
        "a comma too many": text.replace('"Path": "/",', '"Path": "/",,', 1),
        "a key that stands twice, in an entry": text.replace('"Path": "/",', '"Path": "/", "Path": "/x",', 1),
        "a key that stands twice, at the top": text[:-1] + ', "Policies": []}',
        "a number that is none": text.replace('"AttachmentCount": 0', '"AttachmentCount": NaN', 1),
        "a control character": text.replace("role-3", "role\t3"),
        "two pages": text + "\n" + text,
        "another key": text[:-1] + f', "More": {json.dumps([role(9)])}}}',
        "entries that are policies": json.dumps({"Policies": [TRUST, 5, [ADMIN], None, {"PolicyDocument": ADMIN}]}),
        "a list that is none": json.dumps({"Policies": {"PolicyDocument": ADMIN}, "Roles": "x"}),
    }


@pytest.mark.parametrize("name", broken())
def test_whatever_is_odd_in_a_streamed_dump_is_told_as_of_one_that_is_read_at_once(
    name: str, tmp_path: Path, plans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = broken()[name]
    at_once = checked(tmp_path, text, plans)
    monkeypatch.setattr(formats, "_LARGE", 0)
    assert said(checked(tmp_path, text, plans)) == said(at_once)


NAMES = frozenset({"a", "b", "c"})
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.sampled_from(sorted(NAMES)), st.lists(VALUES, max_size=4) | LEAVES, min_size=1)
NOISE = st.text(st.sampled_from('{}[]",:\\abc1 \n'), max_size=20)


def streamed(text: str) -> StreamedDocument | None:
    return streamed_json("a.json", text, Budgets(), NAMES, lambda: parse_json("a.json", text))


@given(data=OBJECTS, indent=st.sampled_from([None, 2]))
@settings(deadline=None)
def test_entries_have_the_values_and_places_of_the_whole(data: dict[str, Any], indent: int | None) -> None:
    text = json.dumps(data, indent=indent)
    whole = parse_json("a.json", text).documents[0]
    document = streamed(text)
    assert document is not None
    seen: dict[str, list[Any]] = {key: [] for key, value in data.items() if isinstance(value, list)}
    for part in document.parts():
        assert isinstance(part, EntryDocument)
        (key, index), value = part.part
        seen[str(key)].append(value)
        assert part.data[key][index] == value
        for path in paths(value, (key, index)):
            assert part.region_of(path) == whole.region_of(path)
            assert part.region_of((*path, "nope"), "key") == whole.region_of((*path, "nope"), "key")
        assert part.region_of((key,)) == whole.region_of((key,))
    assert seen == {key: value for key, value in data.items() if isinstance(value, list)}
    assert document.data == data


def paths(value: Any, path: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, child in children for found in paths(child, (*path, key)))]


@given(text=NOISE, where=st.integers(0, 40))
@settings(deadline=None)
def test_any_text_is_read_entry_by_entry_only_if_it_is_one_object_of_json(text: str, where: int) -> None:
    base = '{"a": [{"x": 1}, [2]], "b": [], "c": 1}'
    mutated = base[:where] + text + base[where:]
    document = streamed(mutated)
    try:
        parts = [part.part for part in document.parts()] if document else []
    except BrokenStream:
        return
    if document:
        loaded = parse_json("a.json", mutated)
        assert loaded.problems == ()
        data = loaded.documents[0].data
        assert [value for _, value in parts] == [
            item for value in data.values() if isinstance(value, list) for item in value
        ]


def test_an_entry_is_let_go_before_the_next_but_one_is_read() -> None:
    document = streamed(json.dumps({"a": ["x" * 1_000_000] * 50}))
    assert document is not None
    tracemalloc.start()
    try:
        assert sum(len(part.part[1]) for part in document.parts()) == 50_000_000
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_dump_on_standard_input_is_streamed_too(tmp_path: Path, plans: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    request = CheckRequest((), tmp_path, dt.date(2026, 1, 1), standard_input=json.dumps(DUMP).encode(), cache=plans)
    request = request._replace(standard_input_name="a.json")
    at_once = check(request)
    monkeypatch.setattr(formats, "_LARGE", 0)
    monkeypatch.setattr(StreamedDocument, "whole", None)
    assert at_once.findings
    assert said(check(request)) == said(at_once)


@pytest.mark.usefixtures("streaming")
def test_a_policy_as_text_in_a_streamed_dump_is_found_in_its_text(tmp_path: Path, plans: Path) -> None:
    report = checked(tmp_path, json.dumps(DUMP), plans)
    assert any(EMBEDDED in finding.location.path for finding in report.findings)
