"""`lictor check`: the main job."""

import datetime as dt
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from lictor.api import CheckRequest, check, plugins_for
from lictor.cli import complete
from lictor.cli.cache import cache_directory
from lictor.cli.options import plugin_choice, plugin_options, policy_choice, policy_options
from lictor.cli.output import STANDARD_OUTPUT, Output, is_colored, parse_output, reserved_output, width_of, write
from lictor.cli.problems import show_problems
from lictor.cli.root import find_root, from_root
from lictor.errors import describe_exception, did_you_mean
from lictor.model import Budgets, Report, Reporter, ReportOptions
from lictor.report import mask_report

EXIT_INCOMPLETE = 3


@click.command("check")
@click.argument("names", nargs=-1, metavar="[FILE|DIR|GLOB|-]...")
@policy_options
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT[=FILE]",
    shell_complete=complete.formats,
    help="Report in this format; may be repeated.",
)
@click.option("--kind", "kinds", multiple=True, metavar="GLOB=KIND", help="Say what kind these documents are.")
@click.option("--exclude", multiple=True, metavar="GLOB", help="Leave these files out.")
@click.option("--baseline", metavar="FILE", help="Fail only on findings that this baseline does not know.")
@click.option("--since", default="", metavar="REF", help="Tell only what was not found at this commit or branch point.")
@click.option("--root", metavar="DIR", help="What file names in reports are relative to.")
@click.option("--stdin-filename", default="stdin", metavar="NAME", help="What to call the standard input ('-').")
@click.option("--jobs", default="auto", metavar="N|auto", help="Processes to use.")
@click.option("--executor", default="", metavar="NAME", help="Where work runs (lictor plugins lists executors).")
@click.option("--max-file-size", type=click.IntRange(1), default=Budgets().file_bytes, show_default=True)
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
@click.option("--no-cache", is_flag=True, help="Read every rule and ruleset afresh.")
@click.option("--mask", is_flag=True, help="Hide access keys and external ids, wherever they show.")
@plugin_options
def command(names: tuple[str, ...], outputs: tuple[str, ...], color: str, **options: Any) -> int:
    """Check policy documents against rulesets.

    Without names, the current directory. Without a ruleset, the nearest lictor.yaml; without one, the built-in
    rulesets that fit what is found.
    """
    request = _request(names, options)
    place = ReportOptions(is_colored(color, sys.stdout), width_of(sys.stdout))
    with reserved_output():
        plugins = plugins_for(request.plugins)
        chosen = _choose(outputs or ("text",), plugins.registry.reporters)
        report = check(request._replace(writes=_files(chosen)))
        shown = mask_report(report) if options["mask"] else report
        texts = [
            (_rendered(reporter, shown, place if target == STANDARD_OUTPUT else ReportOptions()), target)
            for reporter, target in chosen
        ]
        is_complete = not show_problems(plugins.finish(report)) and all(text is not None for text, _ in texts)
    for text, target in texts:
        try:
            write(text or "", target)
        except BrokenPipeError:
            raise
        except OSError as error:
            click.echo(f"lictor: can't write '{target}': {error.strerror}", err=True)
            is_complete = False
    return report.exit_code or (0 if is_complete else EXIT_INCOMPLETE)


def _rendered(reporter: Reporter, report: Report, options: ReportOptions) -> str | None:
    """Return a report as text; None when its reporter, which may be a plugin's, can't make one."""
    try:
        text = reporter.render(report, options)
        if isinstance(text, str):
            return text
        said = f"gave {type(text).__name__} and not text"
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a plugin may raise anything; the other outputs are written
        said = f"raised {describe_exception(error)}"
    click.echo(f"lictor: reporter '{reporter.name}' {said}", err=True)
    return None


def _request(names: tuple[str, ...], options: dict[str, Any]) -> CheckRequest:
    root = Path(options["root"]).resolve() if options["root"] else find_root(Path.cwd())
    return CheckRequest(
        names=tuple(from_root(name, root) for name in names or (".",) if name != "-"),
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
        standard_input=sys.stdin.buffer.read() if "-" in names else None,
        standard_input_name=options["stdin_filename"],
        exclude=options["exclude"],
        kinds=dict(_kind(text) for text in options["kinds"]),
        baseline=Path(options["baseline"]) if options["baseline"] else None,
        since=options["since"],
        budgets=Budgets(file_bytes=options["max_file_size"]),
        executor=options["executor"],
        jobs=_jobs(options["jobs"]),
        cache=None if options["no_cache"] else cache_directory(),
    )


def _jobs(text: str) -> int:
    if text == "auto":
        return 0
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise click.BadParameter(f"expected a number above 0 or 'auto', found '{text}'", param_hint="'--jobs'")


def _kind(text: str) -> tuple[str, str]:
    glob, equals, kind = text.rpartition("=")
    if not equals or not glob or not kind:
        raise click.BadParameter(f"expected GLOB=KIND, found '{text}'", param_hint="'--kind'")
    return glob, kind


def _choose(outputs: Iterable[str], reporters: Mapping[str, Reporter]) -> list[tuple[Reporter, str]]:
    chosen = []
    for output in map(parse_output, outputs):
        if output.format not in reporters:
            hint = did_you_mean(output.format, reporters) or f"formats are {', '.join(sorted(reporters))}"
            raise click.BadParameter(f"no output format '{output.format}'; {hint}", param_hint="'--output'")
        _check_target(output)
        chosen.append((reporters[output.format], output.target))
    if sum(target == STANDARD_OUTPUT for _, target in chosen) > 1:
        message = "only one format can go to the standard output; write the others to files: FORMAT=FILE"
        raise click.BadParameter(message, param_hint="'--output'")
    return chosen


def _files(chosen: Iterable[tuple[Reporter, str]]) -> tuple[Path, ...]:
    return tuple(Path(target) for _, target in chosen if target != STANDARD_OUTPUT)


def _check_target(output: Output) -> None:
    """Refuse a file that can't be written before the work is done, not after it."""
    if output.target != STANDARD_OUTPUT and not Path(output.target).parent.is_dir():
        message = f"no directory '{Path(output.target).parent}' to write '{output.target}' in"
        raise click.BadParameter(message, param_hint="'--output'")
