"""Addresses instead of files: read through the source of their scheme, and told when there is none."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Lictor = Callable[..., Any]
MakePlugin = Callable[[str, str], Path]

PLUGIN = """
from lictor import Kind, LictorError, Location, Problem, Source, Subject, hookimpl

OPEN = b'{"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}}'


def names(url):
    if url.endswith("none"):
        raise LictorError([Problem("source-error", "the shelf is empty", "document", location=Location(url))])
    return [f"shelf://{name}" for name in ("one", "lost", "broken", "two")]


def read(name):
    if name.endswith("lost"):
        raise LictorError([Problem("source-error", "it is lost", "document", location=Location(name))])
    if name.endswith("broken"):
        raise RuntimeError("shelf")
    return OPEN


@hookimpl
def register_sources():
    return [Source("shelf", "A shelf", names, read)]
"""
WORDS = ("--only", "trust-wildcard-principal", "-o", "json", "--no-cache")


def test_what_an_address_stands_for_is_checked_and_one_document_costs_no_other(
    lictor: Lictor, make_plugin: MakePlugin, tmp_path: Path
) -> None:
    place = make_plugin("shelf", PLUGIN)
    ran = lictor(tmp_path, "check", "shelf://all", *WORDS, PYTHONPATH=str(place))
    report = json.loads(ran.out)
    assert [finding["location"]["uri"] for finding in report["findings"]] == ["shelf://one", "shelf://two"]
    column = '{"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"'.index('"*"') + 1
    assert [finding["location"]["region"]["start_column"] for finding in report["findings"]] == [column, column]
    told = {problem["location"]["uri"]: problem["message"] for problem in report["problems"]}
    assert told["shelf://lost"] == "it is lost"
    assert told["shelf://broken"].startswith("the source 'shelf' raised RuntimeError")
    assert len(told) == 2
    assert ran.code == 1


def test_files_and_addresses_go_together_also_from_a_folder_below_the_root(
    lictor: Lictor, make_plugin: MakePlugin, tmp_path: Path
) -> None:
    place = make_plugin("shelf", PLUGIN)
    (tmp_path / "lictor.yaml").write_text("id: own\nextends: aws-trust\n")
    below = tmp_path / "below"
    below.mkdir()
    (below / "own.json").write_text('{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}')
    ran = lictor(below, "check", "own.json", "shelf://all", *WORDS, PYTHONPATH=str(place))
    uris = [finding["location"]["uri"] for finding in json.loads(ran.out)["findings"]]
    assert uris == ["below/own.json", "shelf://one", "shelf://two"]


def test_an_address_that_gives_nothing_is_a_problem(lictor: Lictor, make_plugin: MakePlugin, tmp_path: Path) -> None:
    place = make_plugin("shelf", PLUGIN)
    ran = lictor(tmp_path, "check", "shelf://none", "--no-cache", PYTHONPATH=str(place))
    assert (ran.code, "the shelf is empty" in ran.out) == (3, True)


def test_a_scheme_that_nothing_reads_is_the_users_mistake(lictor: Lictor, tmp_path: Path) -> None:
    ran = lictor(tmp_path, "check", "awss://x", "--no-cache")
    assert ran.code == 2
    assert "nothing reads 'awss://' addresses" in ran.out + ran.err
    assert "did you mean 'aws'?" in ran.out + ran.err


RELATING = """
from lictor import Kind, Subject, hookimpl


def find(document, wanted):
    yield Subject("acme.pair", document, (), document.data, document.uri)


def relate(subjects):
    if any(subject.value.get("bad") for subject in subjects):
        raise ValueError("bad pair")
    places = [subject.document for subject in subjects]
    value = {"names": [subject.value["name"] for subject in subjects]}

    def place_of(path):
        return (places[path[1]], ("name",)) if path[:1] == ("names",) and len(path) > 1 else (places[0], ())

    yield Subject("acme.pair", places[0], (), value, "pair", place_of=place_of)


@hookimpl
def register_kinds():
    return [Kind("acme.pair", "Documents that belong together", find, relate=relate)]
"""
RULE = """\
id: acme-same-name
title: Two documents have one name
level: error
applies-to: [acme.pair]
deny: names[?@ == 'b']
message: "no document may be called b"
"""


def test_a_kind_may_make_one_subject_of_all_documents(lictor: Lictor, make_plugin: MakePlugin, tmp_path: Path) -> None:
    place = make_plugin("pairs", RELATING)
    (tmp_path / "rules" / "same").mkdir(parents=True)
    (tmp_path / "rules" / "same" / "rule.yaml").write_text(RULE)
    (tmp_path / "a.json").write_text('{"name": "a"}')
    (tmp_path / "b.json").write_text('{\n  "name": "b"}')
    words = ("check", "a.json", "b.json", "--rules", "rules", "--only", "acme-same-name", "-o", "json", "--no-cache")
    for more in ((), ("--jobs", "2")):
        ran = lictor(tmp_path, *words, *more, PYTHONPATH=str(place))
        report = json.loads(ran.out)
        (finding,) = report["findings"]
        assert (finding["location"]["uri"], finding["location"]["region"]["start_line"]) == ("b.json", 2)
        assert report["receipt"]["subjects"] == 1
    (tmp_path / "b.json").write_text('{"bad": true}')
    ran = lictor(tmp_path, *words, PYTHONPATH=str(place))
    assert ran.code == 3
    assert "raised ValueError: bad pair" in json.loads(ran.out)["problems"][0]["message"]


def test_an_address_cannot_be_fixed_and_is_said_to_be_left_out(
    lictor: Lictor, make_plugin: MakePlugin, tmp_path: Path
) -> None:
    place = make_plugin("shelf", PLUGIN)
    for option in ("--fix", "--diff"):
        ran = lictor(tmp_path, "check", "shelf://all", option, *WORDS, PYTHONPATH=str(place))
        assert ran.code == 1
        assert "shelf://all: not fixed: only files can be changed, not what an address stands for\n" in ran.err
