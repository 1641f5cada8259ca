"""Ask parliament of each file of a directory: `python parliament_findings.py DIRECTORY TARGET`, JSON by file name.

Its own command stops at the first policy that one of its checks can't read; here only that policy goes without answer.
"""

import json
import sys
from pathlib import Path

from parliament import analyze_policy_string


def main() -> None:
    """Write for each file the issues that parliament finds in it."""
    directory, target = Path(sys.argv[1]), Path(sys.argv[2])
    Path(target).write_text(json.dumps({file.name: _issues(file) for file in sorted(directory.glob("*.json"))}))


def _issues(file: Path) -> list[str]:
    try:
        policy = analyze_policy_string(file.read_text(), include_community_auditors=True)
    except Exception as failure:  # noqa: BLE001 - whatever its checks trip over is its own answer
        return [f"EXCEPTION {type(failure).__name__}"]
    return sorted({finding.issue for finding in policy.findings})


if __name__ == "__main__":
    main()
