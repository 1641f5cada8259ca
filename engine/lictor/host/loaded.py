"""What plugins came to when they were loaded. Nothing here needs pluggy: a run may have it from an earlier one."""

from collections.abc import Callable, Mapping
from pathlib import Path

from lictor.model import EMPTY, Problem, Report
from lictor.registry import Registry
from lictor.values import NamedTuple


class RuleSource(NamedTuple):
    """A directory of rule folders and the plugin that brought it."""

    directory: Path
    plugin: str
    distribution: str


class Plugin(NamedTuple):
    """A plugin that was found, and what it registered by hook: `{"rules": ("acme-role-naming",)}`."""

    name: str
    distribution: str
    version: str
    module: str
    registered: Mapping[str, tuple[str, ...]] = EMPTY


class Plugins(NamedTuple):
    """Every plugin that runs, what they registered together, and what was wrong with some of them.

    The rules of `rule_sources` are not in the registry yet: reading them is for those who need them.
    """

    plugins: tuple[Plugin, ...]
    registry: Registry
    rule_sources: tuple[RuleSource, ...]
    problems: tuple[Problem, ...]
    finish: Callable[[Report], tuple[Problem, ...]]


def finish_nothing(_report: Report) -> tuple[Problem, ...]:
    """Stand for the hook `finish` where no plugin has it."""
    return ()
