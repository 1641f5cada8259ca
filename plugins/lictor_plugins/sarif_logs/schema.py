"""What SARIF's own schema refuses: GitHub's upload action checks it first, and uploads nothing that breaks it."""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from lictor import Match
from lictor_plugins.sarif_logs.reading import Object, fault

if TYPE_CHECKING:
    from jsonschema_rs import Validator

_TOLD_ELSEWHERE = {"message": "anyOf", "physicalLocation": "anyOf"}
"""What a rule of its own says better, by the last name of the path."""

_TYPES = {"object": "an object", "array": "a list", "string": "text", "integer": "a whole number", "number": "a number"}


def schema(log: Object) -> Iterator[Match]:
    """Yield what breaks the schema; of a log of another version nothing, as all of it would."""
    if log.get("version") not in (None, "2.1.0"):
        return
    for error in _validator().iter_errors(log):
        path = tuple(error.instance_path)
        name = error.kind.name
        if path and _TOLD_ELSEWHERE.get(str(path[-1])) == name:
            continue
        yield from _faults(path, name, error.kind, error.instance)


def _faults(path: tuple[str | int, ...], name: str, kind: Any, found: Any) -> Iterator[Match]:  # noqa: ANN401 - JSON
    here = f"'{_name(path)}'" if path else "the log"
    if name == "additionalProperties":
        for unexpected in kind.unexpected:
            yield fault((*path, unexpected), f"SARIF knows no property '{unexpected}' in {here}", "key")
    elif name == "required":
        is_told = kind.property in ("version", "runs") and not path
        if not is_told:
            yield fault(path, f"{here} has no '{kind.property}', which SARIF requires")
    elif name == "enum":
        options = json.loads(kind.options) if isinstance(kind.options, str) else kind.options
        allowed = ", ".join(f"'{each}'" for each in options)
        yield fault(path, f"{here} must be one of {allowed}, but it is {_shown(found)}")
    elif name in ("minimum", "maximum"):
        side = "at least" if name == "minimum" else "at most"
        yield fault(path, f"{here} must be {side} {kind.limit}, but it is {_shown(found)}")
    elif name == "type":
        types = " or ".join(_TYPES.get(each, each) for each in kind.types)
        yield fault(path, f"{here} must be {types}, but it is {_shown(found)}")
    elif name == "uniqueItems":
        yield from _repeats(path, found)
    elif name == "minItems":
        yield fault(path, f"{here} must hold at least one entry")
    else:
        yield fault(path, f"{here} does not have the shape that SARIF gives it")


def _repeats(path: tuple[str | int, ...], found: list[Any]) -> Iterator[Match]:
    seen: dict[str, int] = {}
    for index, entry in enumerate(found):
        key = json.dumps(entry, sort_keys=True)
        if key in seen:
            yield fault(
                (*path, index), f"it is the same as '{_name(path)}[{seen[key]}]', and each may be there but once"
            )
        else:
            seen[key] = index


def _name(path: tuple[str | int, ...]) -> str:
    if not path:
        return "the log"
    return f"{path[-2]}[{path[-1]}]" if isinstance(path[-1], int) else path[-1]


def _shown(value: Any) -> str:  # noqa: ANN401 - any JSON value
    written = json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "an object"
    return written if len(written) <= 60 else f"{written[:59]}…"  # noqa: PLR2004 - what fits on a line


@cache
def _validator() -> "Validator":
    import jsonschema_rs

    shape = files("lictor_plugins.sarif_logs").joinpath("shape.json").read_text("utf-8")
    return jsonschema_rs.validator_for(json.loads(shape))
