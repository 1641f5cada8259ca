"""Names by which a finding is known again in the next run: GitHub's line hash, and our own by path.

What makes them is imported when something was found.
"""

from typing import TYPE_CHECKING

from lictor.exports import lazy_exports

if TYPE_CHECKING:
    from lictor.fingerprints.known import baseline_key
    from lictor.fingerprints.line_hash import LineHashes, line_hashes_of
    from lictor.fingerprints.many_lines import ManyLineHashes
    from lictor.fingerprints.policy_path import PolicyPaths, stable_pointer

LINE_HASH = "primaryLocationLineHash"
"""The fingerprint that GitHub code scanning uses."""

POLICY_PATH = "policyPath/v1"
"""Our fingerprint: it survives moved, reordered and reformatted code."""

__all__ = [
    "LINE_HASH",
    "POLICY_PATH",
    "LineHashes",
    "ManyLineHashes",
    "PolicyPaths",
    "baseline_key",
    "line_hashes_of",
    "stable_pointer",
]

_HOMES = {
    "baseline_key": "known",
    "LineHashes": "line_hash",
    "ManyLineHashes": "many_lines",
    "line_hashes_of": "line_hash",
    "PolicyPaths": "policy_path",
    "stable_pointer": "policy_path",
}

__getattr__ = lazy_exports(__name__, _HOMES)
