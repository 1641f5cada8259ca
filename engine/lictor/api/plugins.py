"""The installed plugins and what they register."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from lictor.api.requests import PluginChoice
from lictor.host import Plugins, find_entry_points, load_plugins
from lictor.model import Problem, Reporter, Rule
from lictor.rules import read_rule_directory


@cache
def plugins_for(choice: PluginChoice) -> Plugins:
    """Load the installed plugins, once a process: what is installed does not change while it runs."""
    return load_plugins(find_entry_points(), _read_rules, blocked=choice.blocked, only=choice.only)


def reporters_for(choice: PluginChoice) -> Mapping[str, Reporter]:
    """Return the output formats by name."""
    return plugins_for(choice).registry.reporters


def _read_rules(directory: Path, distribution: str) -> tuple[tuple[Rule, ...], tuple[Problem, ...]]:
    return read_rule_directory(directory, distribution, allow_python=True, uri=distribution)
