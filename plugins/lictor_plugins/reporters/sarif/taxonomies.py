"""The Common Weakness Enumeration as a SARIF taxonomy: the entries that the run's rules name."""

from collections.abc import Iterable
from typing import Any

from lictor import Rule
from lictor_plugins.reporters.sarif.rules import cwe_of, pascal_case

# Names from https://cwe.mitre.org/data/definitions/ (CWE 4.14): what rules on access policies are about. An entry
# that is not here goes by its number.
_NAMES = {
    "16": "Configuration",
    "20": "Improper Input Validation",
    "178": "Improper Handling of Case Sensitivity",
    "183": "Permissive List of Allowed Inputs",
    "184": "Incomplete List of Disallowed Inputs",
    "200": "Exposure of Sensitive Information to an Unauthorized Actor",
    "250": "Execution with Unnecessary Privileges",
    "266": "Incorrect Privilege Assignment",
    "269": "Improper Privilege Management",
    "272": "Least Privilege Violation",
    "284": "Improper Access Control",
    "285": "Improper Authorization",
    "287": "Improper Authentication",
    "290": "Authentication Bypass by Spoofing",
    "306": "Missing Authentication for Critical Function",
    "308": "Use of Single-factor Authentication",
    "311": "Missing Encryption of Sensitive Data",
    "345": "Insufficient Verification of Data Authenticity",
    "346": "Origin Validation Error",
    "441": "Unintended Proxy or Intermediary",
    "477": "Use of Obsolete Function",
    "522": "Insufficiently Protected Credentials",
    "561": "Dead Code",
    "639": "Authorization Bypass Through User-Controlled Key",
    "668": "Exposure of Resource to Wrong Sphere",
    "670": "Always-Incorrect Control Flow Implementation",
    "693": "Protection Mechanism Failure",
    "697": "Incorrect Comparison",
    "732": "Incorrect Permission Assignment for Critical Resource",
    "778": "Insufficient Logging",
    "798": "Use of Hard-coded Credentials",
    "862": "Missing Authorization",
    "863": "Incorrect Authorization",
    "1188": "Initialization of a Resource with an Insecure Default",
    "1220": "Insufficient Granularity of Access Control",
    "1390": "Weak Authentication",
}


def cwe_ids(rules: Iterable[Rule]) -> tuple[str, ...]:
    """Return the numbers of all weaknesses that the rules name, smallest first."""
    return tuple(sorted({weakness for rule in rules for weakness in cwe_of(rule)}, key=int))


def taxonomy(weaknesses: Iterable[str]) -> dict[str, Any]:
    """Return the taxonomy (3.19.3) with an entry for each weakness."""
    return {
        "name": "CWE",
        "version": "4.14",
        "organization": "MITRE",
        "informationUri": "https://cwe.mitre.org/data/published/cwe_v4.14.pdf",
        "shortDescription": {"text": "The MITRE Common Weakness Enumeration."},
        "taxa": [_taxon(weakness) for weakness in weaknesses],
    }


def _taxon(weakness: str) -> dict[str, Any]:
    title = _NAMES.get(weakness, f"CWE {weakness}")
    return {
        "id": weakness,
        "name": pascal_case(title),
        "shortDescription": {"text": f"{title}."},
        "fullDescription": {"text": f"CWE-{weakness}: {title}."},
        "help": {"text": f"See CWE-{weakness}."},
        "helpUri": f"https://cwe.mitre.org/data/definitions/{weakness}.html",
    }
