"""The findings of a run as a baseline file, for runs that look at new ones only: see `docs/reference/baseline.md`."""

from collections.abc import Iterator

from lictor import Report, ReportOptions, baseline_pieces, write_baseline


def render(report: Report, _options: ReportOptions) -> str:
    """Return the baseline that makes every finding of the report known."""
    return write_baseline(report)


def pieces(report: Report, _options: ReportOptions) -> Iterator[str]:
    """Yield the baseline."""
    return baseline_pieces(report)
