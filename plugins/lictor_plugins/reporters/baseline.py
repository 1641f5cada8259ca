"""The findings of a run as a baseline file, for runs that look at new ones only: see `docs/reference/baseline.md`."""

from collections.abc import Iterator

from lictor import Report, ReportOptions, write_baseline


def render(report: Report, options: ReportOptions) -> str:  # noqa: ARG001 - a reporter's signature
    """Return the baseline that makes every finding of the report known."""
    return write_baseline(report)


def pieces(report: Report, options: ReportOptions) -> Iterator[str]:
    """Yield what `render` returns."""
    yield render(report, options)
