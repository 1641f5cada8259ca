"""What a caller asks for: plain values that travel to worker processes."""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lictor.model import EMPTY, Budgets, Level
from lictor.values import NamedTuple


class PluginChoice(NamedTuple):
    """Which plugins run: all but the `blocked`; with `only`, just these and lictor's own."""

    blocked: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None


class PolicyChoice(NamedTuple):
    """Which rules are asked, and how.

    `rulesets` are ids or files; without any, the nearest `lictor.yaml` above `root`, else the built-in rulesets that
    fit the kinds found. `rule_directories` hold a team's YAML rules. `only` restricts the run to some rules.
    `parameters` set rule parameters by name.
    """

    rulesets: tuple[str, ...] = ()
    rule_directories: tuple[Path, ...] = ()
    only: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = EMPTY
    fail_on: Level | None = None


class CheckRequest(NamedTuple):
    """A run of `check`. `names` are files, directories and globs.

    `root` is what uris are relative to. `standard_input` is read as a file called `standard_input_name`.
    `kinds` maps globs over uris to the kind that these documents are. `today` decides which waivers have expired.
    `scheduler` is where an executor on other machines is reached. `jobs` 0 stands for "as many as pay". `writes` are
    the files that the run's outputs go to: a baseline among them need not be there yet. `since` names a commit: what
    was found then is known. With `is_empty_allowed`, names that hold nothing to check are no mistake. `cache` is a
    directory of the user's own where plans are kept between runs. `progress` is told now and then how many documents
    were checked, and of how many that were found so far; it stays in the process that asks.
    """

    names: tuple[str, ...]
    root: Path
    today: dt.date
    policy: PolicyChoice = PolicyChoice()
    plugins: PluginChoice = PluginChoice()
    standard_input: bytes | None = None
    standard_input_name: str = "stdin"
    exclude: tuple[str, ...] = ()
    kinds: Mapping[str, str] = EMPTY
    baseline: Path | None = None
    since: str = ""
    is_empty_allowed: bool = False
    budgets: Budgets = Budgets()
    executor: str = ""
    scheduler: str = ""
    jobs: int = 0
    writes: tuple[Path, ...] = ()
    cache: Path | None = None
    progress: Callable[[int, int], None] | None = None
