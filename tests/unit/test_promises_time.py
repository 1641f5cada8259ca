"""No text takes long: each of these is small, and took minutes or for ever in some version of lictor or its like."""

import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

import pytest

from lictor import parse_yaml
from lictor.api import CheckRequest, check
from lictor.documents import replacement_for
from lictor_plugins.functions.globs import glob_match
from lictor_plugins.functions.iam import arn_match, iam_action_match

SURE = "trust-wildcard-principal"
SECONDS = 15
"""Ten times what these take. What they guard against is growth by a power, which takes a hundred times as long."""

STARS = "*a" * 28 + "b"
LONG = "a" * 60

ALLOW = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
YAML = """\
Version: '2012-10-17'
Statement:
- Effect: Allow
  Principal: {AWS: '*'}
  Action: sts:AssumeRole
"""


def policy(*statements: Any, **more: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements) or [ALLOW], **more})


def role(principal: str) -> str:
    """A role in CloudFormation that anyone may assume, and that trusts a principal too."""
    lines = ["Resources:", "  R:", "    Type: AWS::IAM::Role", "    Properties:", "      AssumeRolePolicyDocument:"]
    lines += ["        Statement:", "        - {Effect: Allow, Action: 'sts:AssumeRole', Principal: '*'}"]
    lines += [f"        - {{Effect: Allow, Action: 'sts:AssumeRole', Principal: {{AWS: {principal}}}}}"]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("match", "pattern", "value"),
    [
        (glob_match, STARS, LONG),
        (glob_match, "*" * 28 + "b", LONG),
        (glob_match, "?*" * 28 + "b", LONG),
        (iam_action_match, f"sts:{STARS}", f"sts:{LONG}"),
        (arn_match, f"arn:aws:iam::1:role/{STARS}", f"arn:aws:iam::1:role/{LONG}"),
    ],
)
def test_28_stars_against_60_letters_take_no_millisecond(match: Any, pattern: str, value: str) -> None:
    times = []
    for _ in range(20):
        start = time.perf_counter()
        assert match(pattern, value) is False
        times.append(time.perf_counter() - start)
    assert min(times) < 0.001


TEXTS = {
    "blank-lines.yaml": "\n" * 100_000 + YAML + "Id: a::b\n",
    "blank-lines.json": "\n" * 100_000 + policy(Id="a::b"),
    "spaces.json": " " * 200_000 + policy(Id="a::b"),
    "transform.yaml": "Id: '" + "Transform: " * 20_000 + "::'\n" + YAML,
    "opened.template.yaml": role('!Sub "' + "${" * 50_000 + '"'),
    "nested-if.yaml": role("!If [c, a, " * 90 + "b" + "]" * 90),
    "nested-join.yaml": role("!Join ['', [a, " * 45 + "b" + "]]" * 45),
    "many-if.yaml": role("[" + ", ".join(["!If [c, a, b]"] * 200) + "]"),
    "documents.yaml": f"---\n{YAML}" * 400,
    "comments.yaml": "# lictor: ignore[form-arn] why\n" * 4_000 + YAML,
    "statements.json": policy(*[ALLOW] * 400),
    "actions.json": policy(ALLOW, {**ALLOW, "Action": [f"s3:a{number}" for number in range(3_000)]}),
    "keys.json": policy(**{f"k{number}": 1 for number in range(1_500)}),
    "principals.json": policy({**ALLOW, "Principal": {"AWS": [*(f"{n:012}" for n in range(3_000)), "*"]}}),
    "embedded.json": json.dumps({"AssumeRolePolicyDocument": policy(), "Path": "{" * 100_000}),
    "escapes.json": policy(Id="\ud800\\" * 20_000),
    "stars.json": policy({**ALLOW, "Action": ["sts:AssumeRole", *[f"sts:{STARS}"] * 50], "Sid": LONG}),
}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_takes_long_and_what_is_wrong_in_it_is_found(name: str, tmp_path: Path, cache: Path) -> None:
    (tmp_path / name).write_text(TEXTS[name])
    start = time.monotonic()
    report = check(CheckRequest((".",), tmp_path, dt.date(2026, 1, 1), cache=cache))
    assert time.monotonic() - start < SECONDS
    assert SURE in {finding.rule_id for finding in report.findings if finding.kind == "fail"}
    assert {problem.code for problem in report.problems} <= {"unused-waiver"}


def test_what_is_shown_of_one_long_line_is_kept_once(tmp_path: Path, cache: Path) -> None:
    """Thousands of findings on one line of a megabyte must not hold a copy of it each."""
    (tmp_path / "a.json").write_text(policy({**ALLOW, "Action": [f"s3:a{number}" for number in range(500)]}))
    report = check(CheckRequest((".",), tmp_path, dt.date(2026, 1, 1), cache=cache))
    lines = [finding.location.context.lines[0] for finding in report.findings if finding.location.context]
    assert len(lines) > 500
    assert len({id(line) for line in lines}) == 1


def test_an_edit_of_large_yaml_reads_the_lines_around_it_alone() -> None:
    resource = "  R{}:\n    Type: AWS::IAM::Role\n    Properties:\n      Statement:\n      - Principal: '*'\n"
    text = "Resources:\n" + "".join(resource.format(number) for number in range(4_000))
    document = parse_yaml("a.yaml", text).documents[0]
    start = time.monotonic()
    for number in range(400):  # proved on the whole text, each takes a tenth of a second
        path = ("Resources", f"R{number}", "Properties", "Statement", 0, "Principal")
        assert replacement_for(document, path, "set", {"AWS": "x"}).region.start_line == 5 * number + 6
    assert time.monotonic() - start < SECONDS
