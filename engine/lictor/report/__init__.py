"""Make a report of what was found, and write parts of it so that nothing in a document can harm its reader."""

from lictor.fingerprints import baseline_key
from lictor.report.baseline import apply_baseline, read_baseline, write_baseline
from lictor.report.describe import describe_place, describe_problem
from lictor.report.escape import (
    escape_lines,
    escape_markdown,
    escape_terminal,
    escape_uri,
    escape_workflow_data,
    escape_workflow_property,
    escape_xml,
    markdown_code,
)
from lictor.report.excerpt import Excerpt, cell_width, cut_excerpt
from lictor.report.finish import (
    EXIT_BAD_INPUT,
    EXIT_BUG,
    EXIT_CLEAN,
    EXIT_FINDINGS,
    EXIT_INCOMPLETE,
    finish_report,
    is_counted,
    is_open,
)
from lictor.report.json_text import dump_json
from lictor.report.mask import mask_message, mask_secrets
from lictor.report.settle import settle_findings, settle_problems

__all__ = [
    "EXIT_BAD_INPUT",
    "EXIT_BUG",
    "EXIT_CLEAN",
    "EXIT_FINDINGS",
    "EXIT_INCOMPLETE",
    "Excerpt",
    "apply_baseline",
    "baseline_key",
    "cell_width",
    "cut_excerpt",
    "describe_place",
    "describe_problem",
    "dump_json",
    "escape_lines",
    "escape_markdown",
    "escape_terminal",
    "escape_uri",
    "escape_workflow_data",
    "escape_workflow_property",
    "escape_xml",
    "finish_report",
    "is_counted",
    "is_open",
    "markdown_code",
    "mask_message",
    "mask_secrets",
    "read_baseline",
    "settle_findings",
    "settle_problems",
    "write_baseline",
]
