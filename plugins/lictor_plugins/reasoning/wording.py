"""A request in one readable sentence."""

from lictor_plugins.reasoning.model import ContextValue, Request


def request_text(request: Request) -> str:
    """Say who calls what on which resource, and with which context.

    >>> from lictor_plugins.reasoning.model import Principal
    >>> request_text(Request(Principal("Service", "ec2.amazonaws.com"), "sts:AssumeRole"))
    'ec2.amazonaws.com calls sts:AssumeRole'
    """
    text = f"{request.principal.value} calls {request.action}"
    if request.resource:
        text += f" on {request.resource}"
    if request.context:
        text += " with " + ", ".join(f"{key} = {_value(value)}" for key, value in sorted(request.context.items()))
    return text


def _value(value: ContextValue) -> str:
    return value if isinstance(value, str) else "[" + ", ".join(value) + "]"
