"""The plain values that options are turned into."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lictor.api import CheckRequest, PluginChoice, PolicyChoice
from lictor.cli.root import from_root
from lictor.model import Level


def wrong_option(message: str, option: str) -> Exception:
    """Return what to raise when an option's value can't be read."""
    import click  # not needed by a command line without mistakes

    return click.BadParameter(message, param_hint=f"'{option}'")


def wrong_use(message: str) -> Exception:
    """Return what to raise when options don't go together."""
    import click

    return click.UsageError(message)


def check_request(names: Iterable[str], root: Path, options: Mapping[str, Any]) -> CheckRequest:
    """Return what every command that checks asks for: names, the day, the rules and plugins that are chosen."""
    return CheckRequest(
        names=tuple(from_root(name, root) for name in names),
        root=root,
        today=dt.datetime.now(tz=dt.UTC).date(),
        policy=policy_choice(
            options["rulesets"],
            options["rule_directories"],
            options["only"],
            options["parameters"],
            options["fail_on"],
        ),
        plugins=plugin_choice(options["blocked"], options["only_plugins"]),
    )


def plugin_choice(blocked: Iterable[str], only_plugins: str | None) -> PluginChoice:
    """Read the plugin options."""
    names = []
    for text in blocked:
        prefix, _, name = text.partition(":")
        if prefix != "no" or not name:
            raise wrong_option(f"expected no:NAME, found '{text}'", "-p")
        names.append(name)
    only = None if only_plugins is None else tuple(name for name in only_plugins.split(",") if name)
    return PluginChoice(tuple(names), only)


def policy_choice(
    rulesets: tuple[str, ...],
    rule_directories: tuple[str, ...],
    only: tuple[str, ...],
    parameters: tuple[str, ...],
    fail_on: Level | None,
) -> PolicyChoice:
    """Read the options that choose rules."""
    values = dict(_parameter(text) for text in parameters)
    return PolicyChoice(rulesets, tuple(Path(directory) for directory in rule_directories), only, values, fail_on)


def _parameter(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise wrong_option(f"expected NAME=JSON, found '{text}'", "--parameter")
    try:
        return name, json.loads(value)
    except (ValueError, RecursionError):
        # a bare word can only be meant as text
        if value[:1] not in "[{\"'" and value not in ("", "True", "False", "None"):
            return name, value
        message = f"the value of '{name}' is not JSON: {value}"
        raise wrong_option(message, "--parameter") from None
