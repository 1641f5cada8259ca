"""The page of the command line: every command's own help."""

from collections.abc import Iterator

import click

from lictor.cli.group import lictor

_WIDTH = 100


def command_line() -> str:
    """Return the page."""
    context = click.Context(lictor, info_name="lictor", terminal_width=_WIDTH, **lictor.context_settings)
    sections = (f"## {path}\n\n```text\n{text.rstrip()}\n```\n" for path, text in _helps(context))
    return "# Command line\n\n" + "\n".join(sections)


def _helps(context: click.Context) -> Iterator[tuple[str, str]]:
    yield context.command_path, context.command.get_help(context)
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            child = context.command.get_command(context, name)
            if child is not None:
                yield from _helps(click.Context(child, info_name=name, parent=context))
