"""The rulesets that ship: each YAML file here, found by its name."""

from collections.abc import Iterable
from pathlib import Path

from lictor import RulesetSource, hookimpl


@hookimpl
def register_rulesets() -> Iterable[RulesetSource]:
    """Return each ruleset with its text."""
    return tuple(
        RulesetSource(file.stem, f"lictor_rulesets/{file.name}", file.read_text("utf-8"))
        for file in sorted(Path(__file__).parent.glob("*.yaml"))
    )
