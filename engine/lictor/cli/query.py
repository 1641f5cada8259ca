"""`lictor query`: try a query and see where each result stands."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from lictor.api import plugins_for
from lictor.api.queries import QueryAnswer, query_doubts, query_files, query_problem
from lictor.cli import complete
from lictor.cli.options import plugin_choice, plugin_options
from lictor.cli.problems import show_problems
from lictor.cli.root import find_root, from_root
from lictor.documents.discovery import discover
from lictor.errors import did_you_mean
from lictor.model import Problem
from lictor.query import QueryError, compile_query
from lictor.registry import Registry
from lictor.report import dump_json, escape_terminal

_EXIT_INPUT = 2
_EXIT_INCOMPLETE = 3


@click.command("query")
@click.argument("expression")
@click.argument("names", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--kind",
    default="",
    metavar="KIND",
    shell_complete=complete.kinds,
    help="Query the subjects of this kind, as rules see them.",
)
@click.option("--source", is_flag=True, help="Print the Python that the query is compiled to, and stop.")
@click.option("-o", "--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@plugin_options
def command(expression: str, names: tuple[str, ...], kind: str, output: str, **options: Any) -> int:
    """Run a JMESPath query on files and print every result with its place."""
    registry = plugins_for(plugin_choice(options["blocked"], options["only_plugins"])).registry
    if kind and kind not in registry.kinds:
        hint = did_you_mean(kind, registry.kinds) or f"kinds are {', '.join(sorted(registry.kinds))}"
        raise click.BadParameter(f"no kind '{kind}'; {hint}", param_hint="'--kind'")
    try:
        if options["source"]:
            click.echo(compile_query(expression, registry.functions).source)
            return 0
        return _run(expression, names, registry, kind, output)
    except QueryError as error:
        show_problems([query_problem(error, expression)])
        return _EXIT_INPUT


def _run(expression: str, names: Iterable[str], registry: Registry, kind: str, output: str) -> int:
    extensions = frozenset(extension for loader in registry.loaders.values() for extension in loader.extensions)
    root = find_root(Path.cwd())
    discovered = discover([from_root(name, root) for name in names], root, extensions)
    answers = list(query_files(expression, discovered.files, registry, kind))
    problems = [*discovered.problems, *(answer for answer in answers if isinstance(answer, Problem))]
    found = [answer for answer in answers if isinstance(answer, QueryAnswer)]
    if output == "json":
        click.echo(dump_json([_as_data(answer) for answer in found]), nl=False)
    else:
        for answer in found:
            click.echo(_as_line(answer))
    show_problems([*query_doubts(expression, registry, kind), *problems], root)
    errors = [problem for problem in problems if problem.level == "error"]
    if any(problem.phase == "usage" for problem in errors):
        return _EXIT_INPUT
    return _EXIT_INCOMPLETE if errors else 0


def _as_line(answer: QueryAnswer) -> str:
    region = answer.location.region
    place = f"{answer.location.uri}:{region.start_line}:{region.start_column}" if region else answer.location.uri
    path = "(computed)" if answer.is_computed else answer.location.logical or "(root)"
    return escape_terminal(f"{place}: {path} = {json.dumps(answer.value, ensure_ascii=False)}")


def _as_data(answer: QueryAnswer) -> dict[str, object]:
    region = answer.location.region
    return {
        "value": answer.value,
        "uri": answer.location.uri,
        "region": region._asdict() if region else None,
        "path": None if answer.is_computed else list(answer.location.path),
    }
