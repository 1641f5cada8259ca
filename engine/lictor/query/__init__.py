"""Queries: JMESPath compiled to Python, with the place of every value it finds.

jmespath itself is imported when the first query is compiled, not before.
"""

from lictor.query.check import CheckedQuery, check_query
from lictor.query.compiled import Query, compile_query, lazy_query
from lictor.query.context import QueryContext
from lictor.query.errors import QueryError

__all__ = ["CheckedQuery", "Query", "QueryContext", "QueryError", "check_query", "compile_query", "lazy_query"]
