"""The rules that ship: one folder a rule, by area."""

import pathlib
from collections.abc import Iterable

from lictor import RuleDirectory, hookimpl


@hookimpl
def register_rules() -> Iterable[RuleDirectory]:
    """Return the directory of rule folders."""
    return (RuleDirectory(str(pathlib.Path(__file__).parent)),)
