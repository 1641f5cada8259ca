"""`lictor completion`: completion for a shell."""

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash:  eval "$(lictor completion bash)"
    zsh:   eval "$(lictor completion zsh)"
    fish:  lictor completion fish > ~/.config/fish/completions/lictor.fish
    """  # noqa: D301 - click takes the escape, not the letters
    completion = get_completion_class(shell)
    assert completion is not None  # noqa: S101 - the choice above names only shells that click knows
    click.echo(completion(context.find_root().command, {}, "lictor", "_LICTOR_COMPLETE").source())
