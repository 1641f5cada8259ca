"""Requests as people write them: `{"principal": …, "action": …, "resource": …, "context": {…}}`."""

import re
from collections.abc import Mapping
from typing import Any

from lictor import LictorError, Location, Path, Problem, did_you_mean, lazy_pattern
from lictor_plugins.reasoning.model import ContextValue, Principal, Request
from lictor_plugins.reasoning.principals import ANONYMOUS, identify

_FIELDS = ("principal", "action", "resource", "context")
_PRINCIPAL_TYPES = ("AWS", "Service", "Federated")
_ACTION = lazy_pattern(r"[A-Za-z0-9-]+:[A-Za-z0-9]+", re.ASCII)
_EXAMPLE = '{"principal": {"AWS": "arn:aws:iam::111122223333:user/LiJuan"}, "action": "sts:AssumeRole", "context": {}}'


def read_request(data: Any) -> Request:  # noqa: ANN401 - any JSON value
    """Read a request; everything that is wrong with it is in the LictorError that is raised.

    The problems' places have a path in `data` and no file; `data` may come from anywhere.

    >>> read_request({"principal": {"Service": "ec2.amazonaws.com"}, "action": "sts:AssumeRole"}).principal.type
    'Service'
    """
    if not isinstance(data, dict):
        raise LictorError([_problem("a request is an object", f"for example {_EXAMPLE}")])
    problems: list[Problem] = [
        _problem(f"a request has no '{name}'", _hint_for(str(name)), (name,)) for name in data if name not in _FIELDS
    ]
    misspelt = [name for name in _FIELDS if name not in data and name in map(str.lower, map(str, data))]
    if misspelt:
        # What is said of fields that seem to be missing would only confuse.
        raise LictorError(problems)
    principal = _principal(data.get("principal"), problems)
    action = data.get("action")
    if not isinstance(action, str) or not _ACTION.fullmatch(action):
        problems.append(
            _problem(
                f"expected one action with its service, found {_shown(action)}",
                "for example sts:AssumeRole; a request is for one call, without wildcards",
                ("action",),
            )
        )
    resource = data.get("resource", "")
    if not isinstance(resource, str) or (resource not in ("", "*") and not resource.startswith("arn:")):
        hint = "one ARN, or '*' for an action that is on no resource in particular"
        problems.append(_problem(f"expected the ARN of a resource, found {_shown(resource)}", hint, ("resource",)))
    context = _context(data.get("context", {}), problems)
    if problems:
        raise LictorError(problems)
    return Request(principal, str(action), str(resource), context)


def request_json(request: Request) -> dict[str, Any]:
    """Return a request as it is written, so that `read_request` reads the same from it."""
    principal: dict[str, Any] = {request.principal.type: request.principal.value}
    if request.principal == ANONYMOUS:
        principal = {"anonymous": True}
    if request.principal.unique_id:
        principal["unique_id"] = request.principal.unique_id
    written: dict[str, Any] = {"principal": principal, "action": request.action}
    if request.resource:
        written["resource"] = request.resource
    written["context"] = {
        key: list(value) if isinstance(value, tuple) else value for key, value in request.context.items()
    }
    return written


def _hint_for(name: str) -> str:
    return did_you_mean(name.lower(), _FIELDS) or f"its fields are {', '.join(_FIELDS)}"


def _problem(message: str, hint: str, path: Path = ()) -> Problem:
    return Problem("bad-request", message, "usage", hint=hint, location=Location("", path=path))


def _shown(value: Any) -> str:  # noqa: ANN401 - any JSON value
    return "nothing" if value in (None, "") else f"'{value}'"


def _principal(data: Any, problems: list[Problem]) -> Principal:  # noqa: ANN401 - any JSON value
    if isinstance(data, dict) and data == {"anonymous": True}:
        return ANONYMOUS
    types = [name for name in _PRINCIPAL_TYPES if isinstance(data, dict) and name in data]
    if len(types) != 1 or not isinstance(data, dict) or data.keys() - {types[0], "unique_id"}:
        hint = 'one of {"AWS": "arn:…"}, {"Service": "ec2.amazonaws.com"}, {"Federated": "arn:…"}, '
        hint += '{"anonymous": true}; beside an AWS one, only "unique_id"'
        message = "the principal should be one caller" if data is not None else "a request needs a principal"
        problems.append(_problem(message, hint, ("principal",)))
        return Principal("AWS", "")
    principal = Principal(types[0], str(data[types[0]]), str(data.get("unique_id", "")))
    is_text = isinstance(data[types[0]], str) and bool(principal.value) and "*" not in principal.value
    if not is_text or identify(principal).kind == "other":
        hint = "the ARN of one user, role, session (arn:aws:sts::…:assumed-role/ROLE/SESSION) or account root"
        hint = hint if types[0] == "AWS" else "one name, without wildcards"
        message = f"'{data[types[0]]}' is no {types[0]} principal that can call"
        problems.append(_problem(message, hint, ("principal", types[0])))
    return principal


def _context(data: Any, problems: list[Problem]) -> Mapping[str, ContextValue]:  # noqa: ANN401 - any JSON value
    if not isinstance(data, dict):
        hint = 'for example {"aws:SourceIp": "203.0.113.7"}'
        problems.append(_problem("the context should be an object", hint, ("context",)))
        return {}
    context: dict[str, ContextValue] = {}
    for key, value in data.items():
        name = str(key).lower()
        if name in context:
            hint = "case does not count in the names of keys"
            problems.append(_problem(f"the key '{key}' is there twice", hint, ("context", key)))
        read = tuple(map(_text, value)) if isinstance(value, list) else _text(value)
        if read is None or (isinstance(read, tuple) and None in read):
            hint = "leave the key out if the request does not have it"
            message = f"expected text, a number, true or false, or a list of them, as the value of '{key}'"
            problems.append(_problem(message, hint, ("context", key)))
            continue
        context[name] = tuple(text for text in read if text is not None) if isinstance(read, tuple) else read
    return context


def _text(value: Any) -> str | None:  # noqa: ANN401 - any JSON value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) else None
