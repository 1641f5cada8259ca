"""What is measured is the same every time, holds every defect, and means the same to lictor and jmespath.py."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

_HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def _scripts_are_importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(_HERE), *sys.path])


def test_any_part_of_a_corpus_can_be_made_alone() -> None:
    from corpus import trust_policies

    whole = list(trust_policies(50, 7))
    assert whole == list(trust_policies(50, 7))
    assert whole[30:40] == list(trust_policies(10, 7, first=30))
    assert whole != list(trust_policies(50, 8))


def test_trust_policies_come_as_json_yaml_and_templates() -> None:
    from corpus import trust_policies

    endings = Counter(file.name.partition(".")[2] for file in trust_policies(300, 1))
    assert set(endings) == {"json", "yaml", "template.yaml"}


def test_a_dump_is_json_with_a_role_for_each_that_was_asked_for() -> None:
    from corpus import role_dump

    assert len(json.loads("".join(role_dump(25, 3)))["RoleDetailList"]) == 25


@pytest.mark.parametrize("rules", [11, 40])
def test_lictor_and_jmespath_find_the_same_and_each_of_the_eleven_finds_something(tmp_path: Path, rules: int) -> None:
    from corpus import trust_policies, write_corpus
    from many_rules import write_rules
    from peers import DRIVERS, Rules, lictor

    write_corpus(tmp_path / "files", trust_policies(400, 5, formats=("json",)))
    written = Rules(*write_rules(rules, tmp_path / "rules"))
    own = lictor(Path(sys.executable), "", "--no-cache", "--jobs", "1", output="json")
    ours = own.found(tmp_path / "files", tmp_path / "ours", written, {"PATH": ""})
    engine = [
        sys.executable,
        DRIVERS / "engines.py",
        "jmespath",
        written.jmespath,
        tmp_path / "files",
        tmp_path / "out",
    ]
    subprocess.run(engine, check=True, capture_output=True)
    said = json.loads((tmp_path / "out").read_text())
    theirs = {(file, rule): count for file, found in said.items() for rule, count in found.items()}
    assert ours == theirs
    assert len({rule for _, rule in theirs if not rule.startswith("more-")}) == 11


def test_clean_policies_have_nothing_wrong(tmp_path: Path) -> None:
    from corpus import trust_policies, write_corpus
    from peers import Rules, lictor

    write_corpus(tmp_path / "files", trust_policies(100, 5, formats=("json",), is_clean=True))
    own = lictor(Path(sys.executable), "", "--no-cache", "--jobs", "1", output="json")
    assert own.found(tmp_path / "files", tmp_path / "ours", Rules(), {"PATH": ""}) == Counter()
