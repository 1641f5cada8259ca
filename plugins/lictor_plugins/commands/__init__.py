"""The commands that ship with lictor beside those of the engine: one module each, imported when it is called."""

from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from lictor import CommandSource, hookimpl

if TYPE_CHECKING:
    from click import Command


@hookimpl
def register_commands() -> Iterable[CommandSource]:
    """Return the commands about what AWS policies allow."""
    return (
        CommandSource("decide", "Decide whether AWS policies allow one request", _loader("decide")),
        CommandSource("diff", "Say what a change of AWS policies newly allows and forbids", _loader("diff")),
        CommandSource("graph", "Show who can become whom, and the ways to administrator rights", _loader("graph")),
        CommandSource("who", "Say who can assume a role, and whether an outsider can", _loader("who")),
    )


def _loader(module: str) -> "Callable[[], Command]":
    return partial(_load, module)


def _load(module: str) -> "Command":
    command: Command = import_module(f"{__name__}.{module}").command
    return command
