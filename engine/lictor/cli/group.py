"""The `lictor` command: its sub-commands, imported when they are called, and what happens when one goes wrong."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from lictor import CommandSource, __version__

EXIT_USAGE = 2
EXIT_INTERNAL = 4
EXIT_INTERRUPTED = 130

_GONE = "PacifyFlushWrapper"
"""What click wraps the standard output in when nobody reads it any more; the class itself is not typed."""

_COMMANDS = {
    "check": "Check policy documents against rulesets",
    "baseline": "Write down the findings that are there, to fail on new ones only",
    "explain": "Say what a rule finds, why it matters and how to mend it",
    "rules": "List the rules",
    "ruleset": "Show what a ruleset directs, and where each value comes from",
    "test": "Run the cases of rules",
    "new": "Start a new rule",
    "query": "Run a query on a file and show where each result stands",
    "plugins": "List the plugins and what they register",
    "schema": "Print the JSON Schema of rules, rulesets and cases",
    "completion": "Print the completion script of a shell",
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return [*_COMMANDS, *sorted(_plugin_commands())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name in _COMMANDS:
            command = import_module(f"lictor.cli.{cmd_name}").command
            assert isinstance(command, click.Command)  # noqa: S101 - our own modules
            return command
        source = _plugin_commands().get(cmd_name)
        return source.load() if source else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from lictor.errors import did_you_mean

            hint = did_you_mean(args[0], self.list_commands(ctx))
            raise click.UsageError(f"no command '{args[0]}'{f': {hint}' if hint else ''}", ctx) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        # the titles are known without importing any command
        titles = [*_COMMANDS.items(), *((name, source.title) for name, source in sorted(_plugin_commands().items()))]
        with formatter.section("Commands"):
            formatter.write_dl(titles)


def _plugin_commands() -> dict[str, CommandSource]:
    from lictor.api import PluginChoice, plugins_for

    return dict(plugins_for(PluginChoice()).registry.commands)


@click.command(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 all was checked and every gate holds; 1 findings break a gate; 2 the input is wrong; "
    "3 something could not be read, evaluated or decided, or nothing was checked; 4 a bug of lictor.",
)
@click.version_option(__version__, "-V", "--version", prog_name="lictor", message="%(prog)s %(version)s")
def lictor() -> None:
    """Policy as code for people who don't want to learn a policy language."""


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code; no exception leaves."""
    try:
        outcome = lictor.main(list(arguments), prog_name="lictor", standalone_mode=False)
    except BaseException as error:  # noqa: BLE001 - the last line of defence
        return tell_error(error, arguments)
    return outcome if isinstance(outcome, int) else 0


def is_misuse(error: BaseException) -> bool:
    """Tell whether an error is about the command line."""
    return isinstance(error, click.UsageError)


def tell_error(error: BaseException, arguments: Sequence[str]) -> int:
    """Say what ended a command, and return the exit code that it calls for."""
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.ClickException):
        error.show()
        return EXIT_USAGE
    if isinstance(error, click.Abort | KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return EXIT_INTERRUPTED
    # a bug is said, not thrown at the user
    if type(sys.stdout).__name__ == _GONE:  # so click ends when the reader of our output went away
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
        return EXIT_INTERRUPTED
    if isinstance(error, SystemExit) and not _COMMANDS.keys() & set(arguments[:1]):
        raise error  # so a plugin's command may end; in ours it would hide what was found behind any exit code
    return _report_bug(error)


def _report_bug(error: BaseException) -> int:
    if os.environ.get("LICTOR_TRACEBACK"):
        import traceback

        traceback.print_exception(error)
    else:
        from lictor.errors import describe_exception

        click.echo(f"lictor: internal error: {describe_exception(error)}", err=True)
        click.echo("  hint: this is a bug of lictor; LICTOR_TRACEBACK=1 shows where", err=True)
    return EXIT_INTERNAL
