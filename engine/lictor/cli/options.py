"""Options that several commands share, for click."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from lictor.cli.choices import plugin_choice, policy_choice
from lictor.cli.option_tables import PLUGIN_OPTIONS, POLICY_OPTIONS, Option, as_click_arguments

__all__ = ["add_options", "plugin_choice", "plugin_options", "policy_choice", "policy_options"]

F = TypeVar("F", bound=Callable[..., Any])


def add_options(options: Iterable[Option]) -> Callable[[F], F]:
    """Return a decorator that gives a command some options, in the order in which its help tells them."""

    def decorate(command: F) -> F:
        for option in reversed(tuple(options)):
            names, facts = as_click_arguments(option)
            command = click.option(*names, **facts)(command)
        return command

    return decorate


def plugin_options(command: F) -> F:
    """Add `-p no:NAME` and `--only-plugins`, as in pytest."""
    return add_options(PLUGIN_OPTIONS)(command)


def policy_options(command: F) -> F:
    """Add the options that choose rules."""
    return add_options(POLICY_OPTIONS)(command)
