"""Queries: JMESPath compiled to Python, with the place of every value it finds.

Names are imported when first used, and jmespath when the first query is compiled, not before.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lictor.query.check import CheckedQuery, check_query
    from lictor.query.code import Code, Codes
    from lictor.query.compiled import Query, compile_query, lazy_query
    from lictor.query.context import QueryContext
    from lictor.query.engine_functions import ENGINE_FUNCTIONS
    from lictor.query.errors import QueryError
    from lictor.query.functions import FunctionTable, function_table

__all__ = [
    "ENGINE_FUNCTIONS",
    "CheckedQuery",
    "Code",
    "Codes",
    "FunctionTable",
    "Query",
    "QueryContext",
    "QueryError",
    "check_query",
    "compile_query",
    "function_table",
    "lazy_query",
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
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    """Import a public name from the module it lives in (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'lictor.query' has no attribute '{name}'")
    return getattr(import_module(f"lictor.query.{_HOMES[name]}"), name)
