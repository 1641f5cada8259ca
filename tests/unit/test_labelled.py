"""What is known of the labelled policies: lictor finds what is wrong, and nothing of the kind elsewhere."""

import fnmatch
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from labelled_cases import Case, labelled_cases
from labelled_forms import FORMS

Lictor = Callable[..., Any]
CASES: dict[str, list[Case]] = defaultdict(list)
for each in labelled_cases():
    CASES[each.area.name].append(each)
KINDS = {"trust": "trust-policy", "identity": "identity-policy", "resource": "resource-policy"}


@pytest.mark.parametrize("area", CASES)
def test_what_is_labelled_is_found_and_nothing_else(area: str, tmp_path: Path, lictor: Lictor) -> None:
    about = CASES[area][0].area
    for case in CASES[area]:
        (tmp_path / f"{case.name}.json").write_text(json.dumps(case.policy))
    parameters = [f"--parameter={name}={json.dumps(value)}" for name, value in about.parameters.items()]
    kind = f"*.json=aws.iam.{KINDS[about.kind]}"
    ran = lictor(tmp_path, "check", ".", "--kind", kind, "--ruleset", about.ruleset, "-o", "json", *parameters)
    found = {
        each["location"]["uri"].removesuffix(".json")
        for each in json.loads(ran.out)["findings"]
        if each["kind"] == "fail" and any(fnmatch.fnmatchcase(each["rule_id"], rule) for rule in about.rules)
    }
    assert found == {case.name for case in CASES[area] if case.is_defect}


def test_every_form_holds_the_policy() -> None:
    case = CASES["resource-anyone"][0]
    texts = {name: make(case) for name, (_, make) in FORMS.items()}
    assert all(text and "arn:aws:s3:::acme-logs/*" in text for text in texts.values())
