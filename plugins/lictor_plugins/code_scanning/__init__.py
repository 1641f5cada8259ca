"""GitHub code scanning: what is uploaded (`log`), of what (`checkout`), how (`client`), and what answers mean."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lictor import CommandSource, hookimpl

if TYPE_CHECKING:
    from click import Command


@hookimpl
def register_commands() -> Iterable[CommandSource]:
    """Return `lictor upload`."""
    return (CommandSource("upload", "Send a SARIF log to GitHub code scanning", _load),)


def _load() -> "Command":
    from lictor_plugins.code_scanning.command import command

    return command
