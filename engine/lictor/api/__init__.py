"""lictor for Python programs: the same as the command line, as functions from values to values.

>>> from lictor.api import CheckRequest, check  # doctest: +SKIP
>>> report = check(CheckRequest(("policies/",), Path.cwd(), date.today()))  # doctest: +SKIP
"""

from typing import TYPE_CHECKING

from lictor.exports import lazy_exports

if TYPE_CHECKING:
    from lictor.api.cases import CaseOutcome, try_rules
    from lictor.api.checking import check
    from lictor.api.kept_plans import kept_for
    from lictor.api.plugins import plugins_for, rules_for
    from lictor.api.preparation import prepare
    from lictor.api.prepared import Prepared
    from lictor.api.queries import QueryAnswer, query_files
    from lictor.api.requests import CheckRequest, PluginChoice, PolicyChoice

_HOMES = {
    "CaseOutcome": "cases",
    "CheckRequest": "requests",
    "PluginChoice": "requests",
    "PolicyChoice": "requests",
    "Prepared": "prepared",
    "QueryAnswer": "queries",
    "check": "checking",
    "kept_for": "kept_plans",
    "plugins_for": "plugins",
    "prepare": "preparation",
    "query_files": "queries",
    "rules_for": "plugins",
    "try_rules": "cases",
}

__all__ = [
    "CaseOutcome",
    "CheckRequest",
    "PluginChoice",
    "PolicyChoice",
    "Prepared",
    "QueryAnswer",
    "check",
    "kept_for",
    "plugins_for",
    "prepare",
    "query_files",
    "rules_for",
    "try_rules",
]

__getattr__ = lazy_exports(__name__, _HOMES)
