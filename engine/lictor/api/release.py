"""What an installed lictor brings ready-made: its plugins' registrations, its rules, the plan of its default rulesets.

It was made when the wheel was built (`release_writer`), from the same files, through the same hooks and checks as on
any other start. It is used where no other plugin is installed and nobody changed a file; a working tree has none.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from lictor.api.release_files import ReleasedFiles, installed_at, is_as_installed
from lictor.api.release_queries import Key, ReleasedCodes
from lictor.api.requests import PluginChoice
from lictor.host import EntryPoint, Plugins, RuleSource, find_entry_points
from lictor.light import unpickled
from lictor.model import Plan, Rule
from lictor.query.code import Code, Codes
from lictor.values import NamedTuple

FILE = "release.pickle"


class ReleasedSource(NamedTuple):
    """A directory of rule folders, as a path from where packages are installed, and the plugin that brought it."""

    directory: str
    plugin: str
    distribution: str


class Release(NamedTuple):
    """What was made of the files of a wheel.

    `sources` are the rule directories. `rules` is a pickle of all rules, `plan` one of a ReleasedPlan: few runs need
    both. `homes` are the modules that hold queries, by their checksum; `screens` are the keys of those that ask a
    kind's rules all at once.
    """

    points: tuple[EntryPoint, ...]
    files: ReleasedFiles
    plugins: Plugins
    sources: tuple[ReleasedSource, ...]
    rules: bytes
    plan: bytes
    homes: Mapping[int, str]
    screens: tuple[Key, ...]


class ReleasedPlan(NamedTuple):
    """The plan of the rulesets that apply by default; of its rules, just the ids."""

    plan: Plan
    rule_ids: tuple[str, ...]


def release_for(choice: PluginChoice) -> Release | None:
    """Return the release, if it is good for the plugins that would run; None when it is not."""
    return _release() if choice == PluginChoice() else None


@cache
def _release() -> Release | None:
    release = _intact_release()
    if release is None or release.points != find_entry_points():
        return None
    site = installed_at()
    sources = tuple(RuleSource(Path(site, each.directory), each.plugin, each.distribution) for each in release.sources)
    return release._replace(plugins=release.plugins._replace(rule_sources=sources))


@cache
def _intact_release() -> Release | None:
    """Return the release, whatever other plugins are installed, if it is of the files that are."""
    site = installed_at()
    try:
        with open(f"{site}/lictor/release/{FILE}", "rb") as stream:
            release: Release = unpickled(stream.read())  # of the package that is running
    except OSError:  # a working tree has none
        return None
    return release if is_as_installed(release.files, site) else None


@cache
def released_rules() -> Mapping[str, Rule]:
    """Return the rules that came with lictor, by id, if they are as they came; else none."""
    release = _intact_release()
    rules: Mapping[str, Rule] = unpickled(release.rules) if release else {}
    site = installed_at()
    return {rule_id: moved(rule, lambda file: Path(site, file)) for rule_id, rule in rules.items()}


def moved(rule: Rule, move: Callable[[Path], Path]) -> Rule:
    """Return a rule whose check, if that is a file beside it, is elsewhere."""
    if rule.check is None:
        return rule
    from lictor.rules.python_checks import FileCheck  # few rules are written in Python

    return rule._replace(check=FileCheck(move(rule.check.file))) if isinstance(rule.check, FileCheck) else rule


def released_plan(release: Release) -> Plan:
    """Return the plan of the rulesets that apply by default."""
    kept: ReleasedPlan = unpickled(release.plan)
    rules = released_rules()
    return kept.plan._replace(rules={rule_id: rules[rule_id] for rule_id in kept.rule_ids})


def codes_with(added: Mapping[Key, Code]) -> Codes:
    """Return the compiled queries of the release, and others; of these alone where there is no release."""
    release = _release()
    return ReleasedCodes(release.homes, release.screens, added) if release else ReleasedCodes({}, (), added)
