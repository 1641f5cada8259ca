"""The rulesets that ship, found by id."""

import importlib.resources
from collections.abc import Iterable

from lictor import RulesetSource, hookimpl

_IDS = ("aws-trust", "aws-trust-strict", "kubernetes-basics")


@hookimpl
def register_rulesets() -> Iterable[RulesetSource]:
    """Return each ruleset with its text."""
    files = importlib.resources.files(__name__)
    return tuple(
        RulesetSource(
            ruleset_id, f"lictor_rulesets/{ruleset_id}.yaml", (files / f"{ruleset_id}.yaml").read_text("utf-8")
        )
        for ruleset_id in _IDS
    )
