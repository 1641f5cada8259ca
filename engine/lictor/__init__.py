"""lictor: policy as code for people who don't want to learn a policy language.

This is the public face: what a plugin or a script needs. Names are imported when they are first used, so that
`import lictor` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lictor.documents import embedded_json as embedded_json
    from lictor.documents import embedded_problems as embedded_problems
    from lictor.documents import parse_json as parse_json
    from lictor.documents import parse_yaml as parse_yaml
    from lictor.errors import PROBLEM_CODES as PROBLEM_CODES
    from lictor.errors import LictorError as LictorError
    from lictor.hookmarkers import hookimpl as hookimpl
    from lictor.model import *  # noqa: F403 - every value type is public
    from lictor.query import CheckedQuery as CheckedQuery
    from lictor.query import Query as Query
    from lictor.query import QueryContext as QueryContext
    from lictor.query import QueryError as QueryError
    from lictor.query import check_query as check_query
    from lictor.query import compile_query as compile_query
    from lictor.report import Excerpt as Excerpt
    from lictor.report import cell_width as cell_width
    from lictor.report import cut_excerpt as cut_excerpt
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
    from lictor.report import markdown_code as markdown_code
    from lictor.report import mask_secrets as mask_secrets
    from lictor.report import write_baseline as write_baseline
    from lictor.rules.templates import split_template as split_template

__version__ = "0.1.0"

_HOMES = {
    "parse_yaml": "lictor.documents",
    "parse_json": "lictor.documents",
    "embedded_problems": "lictor.documents",
    "embedded_json": "lictor.documents",
    "hookimpl": "lictor.hookmarkers",
    "LictorError": "lictor.errors",
    "Excerpt": "lictor.report",
    "cell_width": "lictor.report",
    "cut_excerpt": "lictor.report",
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
    "markdown_code": "lictor.report",
    "mask_secrets": "lictor.report",
    "write_baseline": "lictor.report",
    "split_template": "lictor.rules.templates",
    "CheckedQuery": "lictor.query",
    "Query": "lictor.query",
    "QueryContext": "lictor.query",
    "QueryError": "lictor.query",
    "check_query": "lictor.query",
    "compile_query": "lictor.query",
    "PROBLEM_CODES": "lictor.errors",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    """Import a public name from the module it lives in (PEP 562)."""
    if name.startswith("__"):
        raise AttributeError(name)
    home = _HOMES.get(name)
    module = import_module(home or "lictor.model")
    if home or name in module.__all__:
        return getattr(module, name)
    raise AttributeError(f"module 'lictor' has no attribute '{name}'")
