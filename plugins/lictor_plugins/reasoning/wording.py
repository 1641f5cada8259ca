"""A request in one readable sentence."""

from collections.abc import Iterable

from lictor_plugins.reasoning.evaluation import full_context
from lictor_plugins.reasoning.keys import presence
from lictor_plugins.reasoning.model import ContextValue, Request, Statement


def request_text(request: Request, asking: Iterable[Statement] = ()) -> str:
    """Say who calls what on which resource, and with which context.

    Of the keys that the conditions of `asking` are about it also says which the request does without.

    >>> from lictor_plugins.reasoning.model import Principal
    >>> request_text(Request(Principal("Service", "ec2.amazonaws.com"), "sts:AssumeRole"))
    'ec2.amazonaws.com calls sts:AssumeRole'
    """
    text = f"{request.principal.value} calls {request.action}"
    if request.resource:
        text += f" on {request.resource}"
    if request.context:
        text += " with " + ", ".join(f"{key} = {_value(value)}" for key, value in sorted(request.context.items()))
    missing = _missing(request, asking)
    if missing:
        text += f"{', and' if request.context else ''} without {', '.join(missing)}"
    return text


def _missing(request: Request, asking: Iterable[Statement]) -> list[str]:
    """Return the keys that statements ask for, and that the request might have had."""
    context = full_context(request)
    keys = dict.fromkeys(condition.key for statement in asking for condition in statement.conditions)
    return [key for key in keys if key not in context and presence(key, request.principal, request.action) == "maybe"]


def _value(value: ContextValue) -> str:
    return value if isinstance(value, str) else "[" + ", ".join(value) + "]"
