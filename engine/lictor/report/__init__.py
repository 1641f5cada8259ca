"""Make a report of what was found, and write parts of it so that nothing in a document can harm its reader.

Names are imported when first used.
"""

from typing import TYPE_CHECKING

from lictor.exports import lazy_exports

if TYPE_CHECKING:
    from lictor.report.baseline import (
        KnownFinding,
        absent_findings,
        apply_baseline,
        apply_earlier,
        baseline_pieces,
        prune_baseline,
        read_baseline,
        write_baseline,
    )
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
    from lictor.report.json_text import JsonText, dump_json, json_pieces, one_line
    from lictor.report.mask import mask_secrets
    from lictor.report.masked import mask_report
    from lictor.report.records import KeptFindings, count_findings
    from lictor.report.settle import settle_findings, settle_problems
    from lictor.report.spill import Spill

__all__ = [
    "EXIT_BAD_INPUT",
    "EXIT_BUG",
    "EXIT_CLEAN",
    "EXIT_FINDINGS",
    "EXIT_INCOMPLETE",
    "Excerpt",
    "JsonText",
    "KeptFindings",
    "KnownFinding",
    "Spill",
    "absent_findings",
    "apply_baseline",
    "apply_earlier",
    "baseline_pieces",
    "cell_width",
    "count_findings",
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
    "json_pieces",
    "markdown_code",
    "mask_report",
    "mask_secrets",
    "one_line",
    "prune_baseline",
    "read_baseline",
    "settle_findings",
    "settle_problems",
    "write_baseline",
]

_HOMES = {
    "KnownFinding": "baseline",
    "absent_findings": "baseline",
    "apply_baseline": "baseline",
    "apply_earlier": "baseline",
    "baseline_pieces": "baseline",
    "prune_baseline": "baseline",
    "read_baseline": "baseline",
    "write_baseline": "baseline",
    "describe_place": "describe",
    "describe_problem": "describe",
    "escape_lines": "escape",
    "escape_markdown": "escape",
    "escape_terminal": "escape",
    "escape_uri": "escape",
    "escape_workflow_data": "escape",
    "escape_workflow_property": "escape",
    "escape_xml": "escape",
    "markdown_code": "escape",
    "Excerpt": "excerpt",
    "cell_width": "excerpt",
    "cut_excerpt": "excerpt",
    "EXIT_BAD_INPUT": "finish",
    "EXIT_BUG": "finish",
    "EXIT_CLEAN": "finish",
    "EXIT_FINDINGS": "finish",
    "EXIT_INCOMPLETE": "finish",
    "finish_report": "finish",
    "is_counted": "finish",
    "is_open": "finish",
    "JsonText": "json_text",
    "dump_json": "json_text",
    "json_pieces": "json_text",
    "one_line": "json_text",
    "KeptFindings": "records",
    "count_findings": "records",
    "mask_report": "masked",
    "mask_secrets": "mask",
    "Spill": "spill",
    "settle_findings": "settle",
    "settle_problems": "settle",
}

__getattr__ = lazy_exports(__name__, _HOMES)
