"""The one name by which a baseline knows a finding."""

from lictor.model import Finding


def baseline_key(finding: Finding) -> str:
    """Return what stands for a finding in a baseline: its fingerprint by path, else its rule, file and line hash."""
    path = finding.fingerprints.get("policyPath/v1")
    line = finding.fingerprints.get("primaryLocationLineHash", "")
    return path or f"{finding.rule_id}|{finding.location.uri}|{line}"
