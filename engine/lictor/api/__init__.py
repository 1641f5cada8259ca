"""lictor for Python programs: the same as the command line, as functions from values to values.

>>> from lictor.api import CheckRequest, check  # doctest: +SKIP
>>> report = check(CheckRequest(("policies/",), Path.cwd(), date.today()))  # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lictor.api.cases import CaseOutcome, try_rules
    from lictor.api.checking import check
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
    "plugins_for",
    "prepare",
    "query_files",
    "rules_for",
    "try_rules",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    """Import a name from its module when it is first used (PEP 562): a command pays only for what it needs."""
    if name not in _HOMES:
        raise AttributeError(f"module 'lictor.api' has no attribute '{name}'")
    return getattr(import_module(f"lictor.api.{_HOMES[name]}"), name)
