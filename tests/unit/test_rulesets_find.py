"""Finding what `extends` names: ids, files beside the first one, and nothing else."""

import os
from pathlib import Path

from lictor.model import Problem, RulesetSource
from lictor.rulesets import finder

SHIPPED = {"aws-trust": RulesetSource("aws-trust", "lictor_rulesets/aws_trust.yaml", "id: aws-trust")}


def _codes(found: RulesetSource | Problem) -> str:
    return found.code if isinstance(found, Problem) else found.uri


def _tree(root: Path) -> Path:
    policies = root / "policies"
    (policies / "shared").mkdir(parents=True)
    (policies / "shared" / "cis.yaml").write_text("id: cis")
    (policies / "shared" / "more.yaml").write_text("id: more")
    (policies / "lictor.yaml").write_text("id: own")
    (root / "outside.yaml").write_text("id: outside")
    return policies / "lictor.yaml"


def test_an_id_is_found_among_the_registered_rulesets() -> None:
    assert finder(SHIPPED)("aws-trust", "lictor.yaml") == SHIPPED["aws-trust"]


def test_an_unknown_id_is_a_problem_with_the_nearest_one() -> None:
    found = finder(SHIPPED)("aws-turst", "lictor.yaml")
    assert isinstance(found, Problem)
    assert (found.code, found.hint) == ("unknown-ruleset", "did you mean 'aws-trust'?")


def test_a_file_is_found_beside_the_one_that_names_it(tmp_path: Path) -> None:
    find = finder(SHIPPED, _tree(tmp_path), "policies/lictor.yaml")
    found = find("./shared/cis.yaml", "policies/lictor.yaml")
    assert isinstance(found, RulesetSource)
    assert (found.uri, found.text) == ("policies/shared/cis.yaml", "id: cis")
    assert _codes(find("more.yaml", found.uri)) == "policies/shared/more.yaml"
    assert _codes(find("../lictor.yaml", found.uri)) == "policies/lictor.yaml"


def test_a_file_is_found_whatever_the_first_one_is_called_in_messages(tmp_path: Path) -> None:
    first = _tree(tmp_path)
    assert _codes(finder(SHIPPED, first, "lictor.yaml")("shared/cis.yaml", "lictor.yaml")) == "shared/cis.yaml"
    assert _codes(finder(SHIPPED, first, str(first))("./shared/cis.yaml", str(first))).endswith("shared/cis.yaml")


def test_a_file_may_not_leave_the_directory_of_the_first_one(tmp_path: Path) -> None:
    first = _tree(tmp_path)
    find = finder(SHIPPED, first, "policies/lictor.yaml")
    (first.parent / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (first.parent / "up").symlink_to(tmp_path)
    for target in ("../outside.yaml", "./link.yaml", "up/outside.yaml", str(tmp_path / "outside.yaml"), str(first)):
        assert _codes(find(target, "policies/lictor.yaml")) == "extends-outside"


def test_an_address_is_refused_with_what_to_do_instead() -> None:
    found = finder(SHIPPED)("https://example.com/base.yaml", "lictor.yaml")
    assert isinstance(found, Problem)
    assert found.code == "remote-extends"
    assert "copy the file" in found.hint


def test_a_ruleset_of_a_plugin_extends_no_files(tmp_path: Path) -> None:
    find = finder(SHIPPED, _tree(tmp_path), "policies/lictor.yaml")
    assert _codes(find("./shared/cis.yaml", SHIPPED["aws-trust"].uri)) == "unknown-ruleset"
    assert _codes(finder(SHIPPED)("./shared/cis.yaml", "lictor.yaml")) == "unknown-ruleset"


def test_what_is_no_readable_text_file_is_a_problem(tmp_path: Path) -> None:
    first = _tree(tmp_path)
    os.mkfifo(first.parent / "pipe.yaml")
    (first.parent / "bytes.yaml").write_bytes(b"\xff\xfe\x00\xd8")
    find = finder(SHIPPED, first, "lictor.yaml")
    assert _codes(find("./pipe.yaml", "lictor.yaml")) == "not-a-regular-file"
    assert _codes(find("./shared/", "lictor.yaml")) == "not-a-regular-file"
    assert _codes(find("./nothing.yaml", "lictor.yaml")) == "unknown-ruleset"
    assert isinstance(find("./bytes.yaml", "lictor.yaml"), Problem)
