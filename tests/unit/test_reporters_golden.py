"""Every output of one report that has all there is to show; `LICTOR_UPDATE_GOLDEN=1` rewrites the files."""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from lictor.model import (
    Context,
    Finding,
    Fix,
    FlowStep,
    Location,
    PluginName,
    Problem,
    Region,
    RelatedLocation,
    Replacement,
    Report,
    ReportOptions,
    Revision,
    Rule,
    SubjectRef,
    Suppression,
    Verdict,
)
from lictor.report import finish_report, mask_report
from lictor_plugins.reporters import register_reporters

GOLDEN = Path(__file__).parents[1] / "golden"

TRUST = """\
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AnyoneMayAssume",
      "Effect": "Allow",
      "Principal": "*",
      "Action": "sts:AssumeRole",
      "Condition": {"StringEquals": {"sts:ExternalId": "s3cret-\U0001f511"}}
    }
  ]
}
"""
ROLE = """\
Resources:
  OpenRole:
    Type: AWS::IAM::Role
    Properties:
      Description: "日本\U0001f511 for AKIAIOSFODNN7EXAMPLE" # wide letters
      AssumeRolePolicyDocument:
        Statement:
        - Effect: Allow
          Principal: {AWS: [111122223333, "*"]}
          Action:
          - sts:AssumeRole
          - sts:TagSession
"""
RULESET = """\
id: acme
rules:
  trust-wildcard-principle: error
"""

HELP = """\
# Trust policy lets any AWS principal assume the role

## What it finds

An `Allow` statement of a role's trust policy whose principal is `*` and that no condition narrows.

## Why it matters

Any AWS account can call `sts:AssumeRole` on it.

## Avoid

```json
{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
```
"""

RULES = (
    Rule(
        "trust-wildcard-principal",
        "Trust policy lets any AWS principal assume the role",
        "Any AWS principal can assume '{subject.name}'",
        ("aws.iam.trust-policy",),
        level="error",
        security_severity=9.8,
        precision="very-high",
        tags=("iam", "trust-policy", "external/cwe/cwe-284", "external/cwe/cwe-732"),
        aliases=("CKV_AWS_60",),
        references=("IAM guide, Principal: https://docs.aws.amazon.com/IAM/latest/UserGuide/principal.html",),
        help=HELP,
        distribution="lictor",
    ),
    Rule(
        "role-description-secret",
        "Role description holds an access key",
        "the description of '{subject.name}' holds the access key {found.value}",
        ("aws.iam.role",),
        tags=("iam",),
    ),
    Rule(
        "trust-externalid-weak",
        "External id is easy to guess",
        "",
        ("aws.iam.trust-policy",),
        "note",
        distribution="lictor",
    ),
    Rule(
        "trust-no-session-tags",
        "Trust policy allows session tags",
        "",
        ("aws.iam.trust-policy",),
        distribution="lictor",
    ),
)


def location(uri: str, text: str, region: tuple[int, int, int, int], path: tuple[str | int, ...] = ()) -> Location:
    lines = text.split("\n")
    first = max(region[0] - 1, 1)
    return Location(uri, Region(*region), path, context=Context(first, "\n".join(lines[first - 1 : region[2] + 1])))


def build_report() -> Report:
    statement = ("Resources", "OpenRole", "Properties", "AssumeRolePolicyDocument", "Statement", 0)
    in_role = SubjectRef("roles/role.yaml", 0, statement[:4], "aws.iam.trust-policy", "OpenRole")
    in_trust = SubjectRef("roles/trust.json", 0, (), "aws.iam.trust-policy", "trust.json")
    findings = (
        Finding(
            "trust-wildcard-principal",
            "error",
            "fail",
            "Any AWS principal can assume 'OpenRole'",
            location("roles/role.yaml", ROLE, (9, 43, 9, 46), (*statement, "Principal", "AWS", 1)),
            in_role,
            candidate=statement,
            related_locations=(
                RelatedLocation(
                    location("roles/role.yaml", ROLE, (2, 3, 2, 11), ("Resources", "OpenRole")),
                    "the role is declared here",
                ),
            ),
            fingerprints={"primaryLocationLineHash": "df4314c512890c61:1", "policyPath/v1": "0989" * 8},
            fixes=(Fix("remove '*'", (Replacement(Region(9, 41, 9, 46), ""),)),),
            baseline_state="new",
            code_flows=(
                (
                    FlowStep(location("roles/role.yaml", ROLE, (9, 43, 9, 46)), "any AWS principal"),
                    FlowStep(location("roles/role.yaml", ROLE, (11, 13, 11, 27)), "may assume 'OpenRole'"),
                ),
            ),
        ),
        Finding(
            "role-description-secret",
            "warning",
            "fail",
            "the description of 'OpenRole' holds the access key AKIAIOSFODNN7EXAMPLE",
            location("roles/role.yaml", ROLE, (5, 29, 5, 49), (*statement[:3], "Description")),
            in_role._replace(kind="aws.iam.role", path=statement[:2]),
            fingerprints={"primaryLocationLineHash": "1f4314c512890c61:1", "policyPath/v1": "1989" * 8},
            properties={"owner": "team-a"},
            baseline_state="unchanged",
        ),
        Finding(
            "trust-no-session-tags",
            "warning",
            "open",
            "Cannot tell whether 'OpenRole' passes session tags on",
            location("roles/role.yaml", ROLE, (10, 11, 12, 27), (*statement, "Action")),
            in_role,
            fingerprints={"primaryLocationLineHash": "2f4314c512890c61:1", "policyPath/v1": "2989" * 8},
            baseline_state="new",
        ),
        Finding(
            "trust-wildcard-principal",
            "error",
            "fail",
            "Any AWS principal can assume 'trust.json'",
            location("roles/trust.json", TRUST, (7, 20, 7, 23), ("Statement", 0, "Principal")),
            in_trust,
            fingerprints={"primaryLocationLineHash": "3257b002d4d91e22:1", "policyPath/v1": "3989" * 8},
            suppression=Suppression(
                "external",
                "Public read-only demo role, until 2027-01-31",
                location("lictor.yaml", RULESET, (1, 1, 1, 9)),
                {"expires": "2027-01-31", "owner": "alice@acme.example"},
            ),
            baseline_state="unchanged",
        ),
        Finding(
            "trust-externalid-weak",
            "note",
            "fail",
            "the external id 's3cret' of 'trust.json' is easy to guess",
            location(
                "roles/trust.json",
                TRUST,
                (9, 56, 9, 66),
                ("Statement", 0, "Condition", "StringEquals", "sts:ExternalId"),
            ),
            in_trust,
            fingerprints={"primaryLocationLineHash": "4257b002d4d91e22:1", "policyPath/v1": "4989" * 8},
            baseline_state="new",
        ),
    )
    problems = (
        Problem(
            "unknown-rule",
            "no rule 'trust-wildcard-principle'",
            "ruleset",
            level="warning",
            hint="did you mean 'trust-wildcard-principal'? (lictor rules lists all)",
            location=location("lictor.yaml", RULESET, (3, 3, 3, 27)),
        ),
        Problem(
            "bad-document",
            "expected ',' or '}' after a value",
            "document",
            hint="the object opened at 2:3",
            location=Location("roles/broken.json", Region(3, 18, 3, 19)),
            related_locations=(Location("roles/broken.json", Region(2, 3, 2, 4)),),
        ),
    )
    return finish_report(
        findings=findings,
        verdicts=(Verdict("acme", "fail", "1 error, 1 warning, 1 note", 12.5), Verdict("aws-trust", "open", "1 open")),
        problems=problems,
        rules=RULES,
        documents=12,
        subjects=31,
        version="0.1.0",
        broken_gates=("fail-on error: 1 finding (lictor.yaml:4:3)",),
    )._replace(unasked_rules=UNASKED)


UNASKED = (Rule("group-empty", "Group has no members", "", ("aws.iam.group",), distribution="lictor"),)
ABOUT = ReportOptions(
    category="policies",
    revision=Revision("https://github.com/acme/infra", "0123456789" * 4, "main"),
    plugins=(PluginName("acme-rules", "acme-lictor-rules", "2.1.0"),),
)


OUTPUTS: Mapping[str, tuple[str, ReportOptions]] = {
    "report.txt": ("text", ReportOptions(width=100)),
    "report-color.txt": ("text", ReportOptions(is_color=True, width=60)),
    "report.compact.txt": ("compact", ReportOptions()),
    "report.json": ("json", ReportOptions()),
    "report.sarif": ("sarif", ABOUT),
    "report.github.sarif": ("sarif-github", ABOUT),
    "report.github.txt": ("github", ReportOptions()),
    "report.junit.xml": ("junit", ReportOptions()),
    "report.md": ("markdown", ReportOptions()),
    "report.html": ("html", ReportOptions()),
    "report.gitlab.json": ("gitlab", ReportOptions()),
    "report.azure.txt": ("azure", ReportOptions()),
    "report.baseline.json": ("baseline", ReportOptions()),
}


MASKED = {"report-color.txt", "report.github.sarif"}


@pytest.mark.parametrize("name", OUTPUTS)
def test_the_output_is_the_one_that_was_reviewed(name: str) -> None:
    output, options = OUTPUTS[name]
    reporters = {reporter.name: reporter for reporter in register_reporters()}
    report = mask_report(build_report()) if name in MASKED else build_report()
    text = reporters[output].render(report, options)
    file = GOLDEN / name
    if os.environ.get("LICTOR_UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8", newline="\n")
    reviewed = file.read_text(encoding="utf-8")
    difference = "\n".join(difflib.unified_diff(reviewed.split("\n"), text.split("\n"), "reviewed", "now", lineterm=""))
    assert text == reviewed, difference
