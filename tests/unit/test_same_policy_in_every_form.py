"""The same policy, written in every form that lictor reads: the same findings, each at its own exact place."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping

import pytest
from policy_forms import FORMS, RESOURCES, Case, Form, cases

from lictor import CheckRequest, Finding, PolicyChoice, check, lines_of
from lictor_plugins.kinds.aws_iam.found import POLICY_KINDS

Said = tuple[str, str, str, str]

CASES = tuple(cases(seed=20261124, count=3 * len(RESOURCES)))
# A policy document of Terraform has words of its own for elements.
_ELEMENTS = {"not_actions": "NotAction", "not_resources": "NotResource"}
# What the kind of a policy can't be told from is told by the name of its file, as everywhere.
_NAMES = {"trust": "trust", "identity": "identity"}


def _file(form: Form, case: Case) -> str:
    stem, dot, ending = form.file.partition(".")
    return f"{_NAMES.get(case.kind, 'policy')}{dot}{ending}" if stem == "p" and ending != "tf.json" else form.file


def _at(text: str, finding: Finding, form: Form) -> str:
    """Return what a finding points at, as it reads in plain JSON; of a longer part the statements in it."""
    region = finding.location.region
    assert region is not None
    found = form.decode(lines_of(text).slice(region)).strip()
    if found.startswith(("{", "[", "- ")) or "\n" in found or found == "local.wanted":
        return "statements " + " ".join(sorted(re.findall(r"\bS\d\b", found)))
    return _ELEMENTS.get(found, found).strip("\"'")


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[int, str], Counter[Said]]:
    """Return what is found in each case in each form: rule, level, kind of finding, and the text it stands at."""
    root = tmp_path_factory.mktemp("forms")
    files: dict[str, tuple[int, Form]] = {}
    for number, case in enumerate(CASES):
        for place, form in enumerate(FORMS):
            path = root / f"{number}" / f"{place}" / _file(form, case)
            path.parent.mkdir(parents=True)
            path.write_text(form.write(case), encoding="utf-8")
            files[path.relative_to(root).as_posix()] = (number, form)
    policy = PolicyChoice(rulesets=("aws-iam-strict",))
    report = check(CheckRequest((".",), root, dt.date(2026, 11, 24), policy, jobs=1))
    assert report.problems == ()
    found: dict[tuple[int, str], Counter[Said]] = {(number, form.name): Counter() for number, form in files.values()}
    for finding in report.findings:
        if finding.subject.kind in POLICY_KINDS:
            number, form = files[finding.location.uri]
            text = (root / finding.location.uri).read_text(encoding="utf-8")
            found[number, form.name][finding.rule_id, finding.level, finding.kind, _at(text, finding, form)] += 1
    return found


@pytest.mark.parametrize("form", FORMS[1:], ids=lambda form: form.name)
def test_every_form_gives_the_findings_of_bare_json_each_at_its_own_place(
    said: Mapping[tuple[int, str], Counter[Said]], form: Form
) -> None:
    for number, case in enumerate(CASES):
        expected, found = said[number, FORMS[0].name], said[number, form.name]
        if form.name == "jsonencode of a local":  # all of such a policy stands where the resource is given it
            expected, found = _without_statements(expected), _without_statements(found)
        assert found == expected, case


def _without_statements(said: Counter[Said]) -> Counter[Said]:
    return Counter((*each[:3], each[3].split(" ")[0]) for each in said.elements())


def test_the_cases_have_defects_of_many_sorts_and_several_each(
    said: Mapping[tuple[int, str], Counter[Said]],
) -> None:
    bare = [said[number, FORMS[0].name] for number in range(len(CASES))]
    assert len({each[0] for found in bare for each in found}) > 25
    assert sum(found.total() for found in bare) > 3 * len(CASES)
    assert sum(1 for found in bare for each in found if not each[3].startswith("statements")) > 2 * len(CASES)
