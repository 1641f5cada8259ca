"""What a run starts from, however it was come by."""

import os
from pathlib import Path

from lictor.host import Plugins
from lictor.model import Plan, Problem
from lictor.query.code import Codes
from lictor.registry import Registry
from lictor.values import NamedTuple

CONFIGURATION = "lictor.yaml"
"""The file name of a repository's own ruleset."""

_MISNAMED = ("lictor.yml", ".lictor.yaml", ".lictor.yml")

COMMAND_LINE = "command-line"
"""The id of the ruleset that holds rules which only the command line names."""


class Prepared(NamedTuple):
    """A plan that is ready to run. `is_default` says that no ruleset was asked for, so the ones that fit apply.

    `registry` holds every rule that can be asked; of a plan that was kept from an earlier run, no rule is read again,
    and the registry has none. `codes` are the plan's queries as far as they were compiled. `read` are the files and
    directories that it was made from.
    """

    plugins: Plugins
    registry: Registry
    plan: Plan
    problems: tuple[Problem, ...]
    is_default: bool
    codes: Codes
    read: tuple[Path, ...] = ()


def own_ruleset(root: Path) -> Path | None:
    """Return the repository's own ruleset: the nearest `lictor.yaml` at or above its root.

    A file that was meant to be one and has another name is returned too: what it asks must not be passed over.
    """
    for directory in (root, *root.parents):
        for name in (CONFIGURATION, *_MISNAMED):
            if os.path.lexists(directory / name):  # a broken link is told, and never passed over
                return directory / name
    return None
