"""Names by which a finding is known again in the next run: GitHub's line hash, and our own by path."""

from lictor.fingerprints.known import baseline_key
from lictor.fingerprints.line_hash import line_hashes
from lictor.fingerprints.policy_path import PolicyPaths, stable_pointer

LINE_HASH = "primaryLocationLineHash"
"""The fingerprint that GitHub code scanning uses."""

POLICY_PATH = "policyPath/v1"
"""Our fingerprint: it survives moved, reordered and reformatted code."""

__all__ = ["LINE_HASH", "POLICY_PATH", "PolicyPaths", "baseline_key", "line_hashes", "stable_pointer"]
