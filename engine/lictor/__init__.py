"""lictor: policy as code for people who don't want to learn a policy language.

This is the public face: what a plugin or a script needs. Names are imported when they are first used, so that
`import lictor` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lictor.api import CheckRequest as CheckRequest
    from lictor.api import PolicyChoice as PolicyChoice
    from lictor.api import check as check
    from lictor.api.documents import describe_problems as describe_problems
    from lictor.api.documents import find_subjects as find_subjects
    from lictor.api.documents import read_as as read_as
    from lictor.api.documents import read_documents as read_documents
    from lictor.api.documents import relate_subjects as relate_subjects
    from lictor.api.findings import Found as Found
    from lictor.api.findings import RelatedPlace as RelatedPlace
    from lictor.api.findings import report_of as report_of
    from lictor.api.findings import reporter_names as reporter_names
    from lictor.api.findings import write_report as write_report
    from lictor.api.new_access import NEW_ACCESS as NEW_ACCESS
    from lictor.api.pairing import PlacedSubject as PlacedSubject
    from lictor.api.pairing import pair_subjects as pair_subjects
    from lictor.api.revisions import ChangedFile as ChangedFile
    from lictor.api.revisions import read_changes as read_changes
    from lictor.api.revisions import revisions_of as revisions_of
    from lictor.documents import apply_replacements as apply_replacements
    from lictor.documents import edited_data as edited_data
    from lictor.documents import embedded_json as embedded_json
    from lictor.documents import embedded_problems as embedded_problems
    from lictor.documents import lines_of as lines_of
    from lictor.documents import parse_json as parse_json
    from lictor.documents import parse_yaml as parse_yaml
    from lictor.documents import replacement_for as replacement_for
    from lictor.documents import streamed_json as streamed_json
    from lictor.documents import without_secrets as without_secrets
    from lictor.documents.git import ask_git as ask_git
    from lictor.documents.globs import is_glob as is_glob
    from lictor.documents.globs import literal_folder as literal_folder
    from lictor.documents.globs import matches_glob as matches_glob
    from lictor.errors import PROBLEM_CODES as PROBLEM_CODES
    from lictor.errors import LictorError as LictorError
    from lictor.errors import did_you_mean as did_you_mean
    from lictor.hookmarkers import hookimpl as hookimpl
    from lictor.model import *  # noqa: F403 - every value type is public
    from lictor.patterns import lazy_pattern as lazy_pattern
    from lictor.query import CheckedQuery as CheckedQuery
    from lictor.query import Query as Query
    from lictor.query import QueryContext as QueryContext
    from lictor.query import QueryError as QueryError
    from lictor.query import check_query as check_query
    from lictor.query import compile_query as compile_query
    from lictor.report import Excerpt as Excerpt
    from lictor.report import JsonText as JsonText
    from lictor.report import KeptFindings as KeptFindings
    from lictor.report import Spill as Spill
    from lictor.report import baseline_pieces as baseline_pieces
    from lictor.report import cell_width as cell_width
    from lictor.report import count_findings as count_findings
    from lictor.report import cut_excerpt as cut_excerpt
    from lictor.report import describe_problem as describe_problem
    from lictor.report import dump_json as dump_json
    from lictor.report import escape_lines as escape_lines
    from lictor.report import escape_markdown as escape_markdown
    from lictor.report import escape_terminal as escape_terminal
    from lictor.report import escape_uri as escape_uri
    from lictor.report import escape_workflow_data as escape_workflow_data
    from lictor.report import escape_workflow_property as escape_workflow_property
    from lictor.report import escape_xml as escape_xml
    from lictor.report import is_counted as is_counted
    from lictor.report import is_open as is_open
    from lictor.report import json_pieces as json_pieces
    from lictor.report import markdown_code as markdown_code
    from lictor.report import mask_secrets as mask_secrets
    from lictor.report import one_line as one_line
    from lictor.report import write_baseline as write_baseline
    from lictor.rules.templates import split_template as split_template
    from lictor.values import NamedTuple as NamedTuple

__version__ = "0.1.0"

_HOMES = {
    "ask_git": "lictor.documents.git",
    "CheckRequest": "lictor.api",
    "PolicyChoice": "lictor.api",
    "check": "lictor.api",
    "describe_problems": "lictor.api.documents",
    "find_subjects": "lictor.api.documents",
    "relate_subjects": "lictor.api.documents",
    "read_as": "lictor.api.documents",
    "read_documents": "lictor.api.documents",
    "Found": "lictor.api.findings",
    "RelatedPlace": "lictor.api.findings",
    "reporter_names": "lictor.api.findings",
    "NEW_ACCESS": "lictor.api.new_access",
    "PlacedSubject": "lictor.api.pairing",
    "pair_subjects": "lictor.api.pairing",
    "ChangedFile": "lictor.api.revisions",
    "report_of": "lictor.api.findings",
    "write_report": "lictor.api.findings",
    "read_changes": "lictor.api.revisions",
    "revisions_of": "lictor.api.revisions",
    "apply_replacements": "lictor.documents",
    "edited_data": "lictor.documents",
    "replacement_for": "lictor.documents",
    "is_glob": "lictor.documents.globs",
    "literal_folder": "lictor.documents.globs",
    "matches_glob": "lictor.documents.globs",
    "without_secrets": "lictor.documents",
    "parse_yaml": "lictor.documents",
    "parse_json": "lictor.documents",
    "streamed_json": "lictor.documents",
    "lines_of": "lictor.documents",
    "embedded_problems": "lictor.documents",
    "embedded_json": "lictor.documents",
    "hookimpl": "lictor.hookmarkers",
    "LictorError": "lictor.errors",
    "did_you_mean": "lictor.errors",
    "Excerpt": "lictor.report",
    "JsonText": "lictor.report",
    "KeptFindings": "lictor.report",
    "Spill": "lictor.report",
    "baseline_pieces": "lictor.report",
    "cell_width": "lictor.report",
    "count_findings": "lictor.report",
    "cut_excerpt": "lictor.report",
    "describe_problem": "lictor.report",
    "dump_json": "lictor.report",
    "escape_lines": "lictor.report",
    "escape_markdown": "lictor.report",
    "escape_terminal": "lictor.report",
    "escape_uri": "lictor.report",
    "escape_workflow_data": "lictor.report",
    "escape_workflow_property": "lictor.report",
    "escape_xml": "lictor.report",
    "is_counted": "lictor.report",
    "is_open": "lictor.report",
    "json_pieces": "lictor.report",
    "markdown_code": "lictor.report",
    "mask_secrets": "lictor.report",
    "one_line": "lictor.report",
    "write_baseline": "lictor.report",
    "split_template": "lictor.rules.templates",
    "CheckedQuery": "lictor.query",
    "Query": "lictor.query",
    "QueryContext": "lictor.query",
    "QueryError": "lictor.query",
    "check_query": "lictor.query",
    "compile_query": "lictor.query",
    "PROBLEM_CODES": "lictor.errors",
    "NamedTuple": "lictor.values",
    "lazy_pattern": "lictor.patterns",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    """Import a public name from the module it lives in (PEP 562)."""
    if name.startswith("__"):
        raise AttributeError(name)
    home = _HOMES.get(name)
    module = import_module(home or "lictor.model")
    if home or name in module.__all__:
        found = globals()[name] = getattr(module, name)  # whoever asks again finds it without asking here
        return found
    raise AttributeError(f"module 'lictor' has no attribute '{name}'")
