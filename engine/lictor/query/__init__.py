"""Queries: JMESPath compiled to Python, with the place of every value it finds.

Names are imported when first used, and jmespath when the first query is compiled, not before.
"""

from typing import TYPE_CHECKING

from lictor.exports import lazy_exports

if TYPE_CHECKING:
    from lictor.query.check import CheckedQuery, check_query
    from lictor.query.code import Code, Codes
    from lictor.query.compiled import Query, compile_query, lazy_query
    from lictor.query.context import QueryContext
    from lictor.query.engine_functions import ENGINE_FUNCTIONS
    from lictor.query.errors import QueryError
    from lictor.query.functions import FunctionTable, function_table
    from lictor.query.screen import Probe, Screen, find_screen, screen_source

__all__ = [
    "ENGINE_FUNCTIONS",
    "CheckedQuery",
    "Code",
    "Codes",
    "FunctionTable",
    "Probe",
    "Query",
    "QueryContext",
    "QueryError",
    "Screen",
    "check_query",
    "compile_query",
    "find_screen",
    "function_table",
    "lazy_query",
    "screen_source",
]

_HOMES = {
    "CheckedQuery": "check",
    "check_query": "check",
    "Code": "code",
    "Codes": "code",
    "Query": "compiled",
    "compile_query": "compiled",
    "lazy_query": "compiled",
    "QueryContext": "context",
    "ENGINE_FUNCTIONS": "engine_functions",
    "QueryError": "errors",
    "FunctionTable": "functions",
    "function_table": "functions",
    "Probe": "screen",
    "Screen": "screen",
    "find_screen": "screen",
    "screen_source": "screen",
}

__getattr__ = lazy_exports(__name__, _HOMES)
