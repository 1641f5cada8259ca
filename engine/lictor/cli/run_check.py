"""Run `lictor check` with the options that were given, however they were read. Nothing here needs click."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lictor.api import CheckRequest, check, kept_for
from lictor.cli.cache import cache_directory
from lictor.cli.choices import check_request, wrong_option, wrong_use
from lictor.cli.output import STANDARD_OUTPUT, Output, draft, is_colored, parse_output, reserved_output, tell, width_of
from lictor.cli.problems import show_problems
from lictor.cli.root import find_root
from lictor.errors import describe_exception, did_you_mean
from lictor.model import Budgets, PluginName, Problem, Report, Reporter, ReportOptions

if TYPE_CHECKING:
    from lictor.host import Plugins

EXIT_INCOMPLETE = 3

_FOR_TERMINALS = frozenset({"text", "compact"})


def run_check(names: tuple[str, ...], outputs: tuple[str, ...], color: str, **options: Any) -> int:
    """Check, report, and return the exit code. Raises what click does when an option's value can't be read."""
    request = _request(names, options)
    if (options["is_fixing"] or options["is_diff"]) and request.standard_input is not None:
        raise wrong_use("the standard input can't be fixed; name files")
    if options["is_diff"]:
        from lictor.cli.fixing import show_diff

        return show_diff(request)
    is_fixed = True
    if options["is_fixing"]:
        from lictor.cli.fixing import fix_files

        is_fixed = fix_files(request)
    place = ReportOptions(is_colored(color, sys.stdout), width_of(sys.stdout), tell=_tell_problem)
    with reserved_output():
        kept = kept_for(request)
        plugins = kept.plugins
        chosen = _choose(outputs or ("text",), plugins.registry.reporters)
        report = check(request._replace(writes=_files(chosen), progress=_progress()), kept)
        place = _about_run(place, options["category"], request.root, plugins, chosen)
        shown = _masked(report) if options["mask"] else report
        drafts = [
            (_drafted(reporter, shown, place if target == STANDARD_OUTPUT else _to_a_file(place), target), target)
            for reporter, target in chosen
        ]
        is_complete = is_fixed and not show_problems(plugins.finish(report))
    for put, target in drafts:
        try:
            if put is None:
                is_complete = False
            else:
                put()
        except BrokenPipeError:
            raise
        except OSError as error:
            is_complete = _tell_unwritten(target, error)
    return report.exit_code or (0 if is_complete else EXIT_INCOMPLETE)


def _progress() -> Callable[[int, int], None] | None:
    """Return what shows how far the run is, where somebody looks on."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    from lictor.cli.progress import progress_line  # programs don't look on

    return progress_line(sys.stderr)


def _tell_problem(problem: Problem) -> None:
    show_problems((problem,))


def _masked(report: Report) -> Report:
    from lictor.report import mask_report  # not asked for by most

    return mask_report(report)


def _about_run(
    place: ReportOptions, category: str, root: Path, plugins: "Plugins", chosen: Iterable[tuple[Reporter, str]]
) -> ReportOptions:
    """Add what no page for a terminal says: which revision was checked, under which category, with whose plugins."""
    if all(reporter.name in _FOR_TERMINALS for reporter, _ in chosen):
        return place
    from lictor.documents.revision import revision_of

    others = tuple(
        PluginName(plugin.name, plugin.distribution, plugin.version)
        for plugin in plugins.plugins
        if plugin.distribution != "lictor"
    )
    return place._replace(category=category, revision=revision_of(root), plugins=others)


def _to_a_file(place: ReportOptions) -> ReportOptions:
    return place._replace(is_color=ReportOptions().is_color, width=ReportOptions().width)


class _FailedReporter(Exception):  # noqa: N818 - it is no error of ours
    """What a reporter, which may be a plugin's, did wrong."""


def _drafted(reporter: Reporter, report: Report, options: ReportOptions, target: str) -> Callable[[], None] | None:
    """Write a report where nobody sees it yet, and return what puts it in its place; None when that can't be done."""
    try:
        return draft(_pieces(reporter, report, options), target)
    except _FailedReporter as error:
        tell(f"lictor: reporter '{reporter.name}' {error}")
    except OSError as error:
        _tell_unwritten(target, error)
    return None


def _pieces(reporter: Reporter, report: Report, options: ReportOptions) -> Iterator[str]:
    """Yield a report's text. Raises _FailedReporter, and then the other outputs are written."""
    for piece in _rendered(reporter, report, options):
        if not isinstance(piece, str):
            raise _FailedReporter(f"gave {type(piece).__name__} and not text")
        yield piece


def _rendered(reporter: Reporter, report: Report, options: ReportOptions) -> Iterator[object]:
    try:
        if reporter.pieces is None:
            yield reporter.render(report, options)
        else:
            yield from reporter.pieces(report, options)
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:
        raise _FailedReporter(f"raised {describe_exception(error)}") from error


def _tell_unwritten(target: str, error: OSError) -> bool:
    tell(f"lictor: can't write '{target}': {error.strerror}")
    return False


def _request(names: tuple[str, ...], options: dict[str, Any]) -> CheckRequest:
    if options["root"] and not Path(options["root"]).is_dir():
        raise wrong_option(f"there is no folder '{options['root']}'", "--root")
    root = Path(options["root"]).resolve() if options["root"] else find_root(Path.cwd())
    return check_request((name for name in names or (".",) if name != "-"), root, options)._replace(
        standard_input=sys.stdin.buffer.read() if "-" in names else None,
        standard_input_name=options["stdin_filename"],
        exclude=options["exclude"],
        kinds=dict(_kind(text) for text in options["kinds"]),
        baseline=Path(options["baseline"]) if options["baseline"] else None,
        since=options["since"],
        is_empty_allowed=options["allow_empty"],
        budgets=Budgets().for_files_of(options["max_file_size"]),
        executor=options["executor"],
        scheduler=options["scheduler"],
        jobs=_jobs(options["jobs"]),
        cache=None if options["no_cache"] else cache_directory(),
    )


def _jobs(text: str) -> int:
    if text == "auto":
        return 0
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise wrong_option(f"expected a number above 0 or 'auto', found '{text}'", "--jobs")


def _kind(text: str) -> tuple[str, str]:
    glob, equals, kind = text.rpartition("=")
    if not equals or not glob or not kind:
        raise wrong_option(f"expected GLOB=KIND, found '{text}'", "--kind")
    return glob, kind


def _choose(outputs: Iterable[str], reporters: Mapping[str, Reporter]) -> list[tuple[Reporter, str]]:
    chosen = []
    for output in map(parse_output, outputs):
        if output.format not in reporters:
            hint = did_you_mean(output.format, reporters) or f"formats are {', '.join(sorted(reporters))}"
            raise wrong_option(f"no output format '{output.format}'; {hint}", "--output")
        _check_target(output)
        chosen.append((reporters[output.format], output.target))
    if sum(target == STANDARD_OUTPUT for _, target in chosen) > 1:
        message = "only one format can go to the standard output; write the others to files: FORMAT=FILE"
        raise wrong_option(message, "--output")
    return chosen


def _files(chosen: Iterable[tuple[Reporter, str]]) -> tuple[Path, ...]:
    return tuple(Path(target) for _, target in chosen if target != STANDARD_OUTPUT)


def _check_target(output: Output) -> None:
    """Refuse a file that can't be written before the work is done, not after it."""
    if output.target != STANDARD_OUTPUT and not Path(output.target).parent.is_dir():
        message = f"no directory '{Path(output.target).parent}' to write '{output.target}' in"
        raise wrong_option(message, "--output")
