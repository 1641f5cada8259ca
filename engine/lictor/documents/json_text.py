"""JSON: text in, a Document or Problems out. The standard parser reads it; what it would let pass is looked for."""

import json
from collections.abc import Callable
from json import JSONDecodeError, JSONDecoder
from typing import Any

from lictor.documents.complaints import Complaint, problems_from, without_bom
from lictor.documents.json_limits import has_more_values, too_deep_at
from lictor.documents.json_places import JsonLocator
from lictor.model import Budgets, Document, Loaded

_DIGITS = 4300
"""Python's own bound on the digits of an int (CPython 3.11, `sys.int_info.default_max_str_digits`)."""


def parse_json(uri: str, text: str, budgets: Budgets = Budgets()) -> Loaded:  # noqa: B008 - frozen
    """Read one JSON document. Never raises.

    A duplicate key is a Problem with both places, and the last one is the value, as every common reader has it.
    NaN, infinities, numbers like 1e999 and ints of more than 4300 digits are a Problem each and stay text.

    >>> parse_json("a.json", '{"a": [1]}').documents[0].data
    {'a': [1]}
    """
    text = without_bom(text)
    complaint = complaint_before_reading(text, budgets)
    if complaint:
        return Loaded(problems=problems_from(uri, text, [complaint]))
    reading = read_json(text)
    if isinstance(reading, JSONDecodeError):
        return Loaded(problems=problems_from(uri, text, _explain(text) or [_told_by_python(reading)]))
    data, is_odd = reading
    problems = problems_from(uri, text, _explain(text)) if is_odd else ()
    return Loaded((Document(uri, "json", data, text, JsonLocator(text, is_odd)),), problems)


def read_json(text: str) -> tuple[Any, bool] | JSONDecodeError:
    """Return the value and whether something in it is worth a Problem, or the error. Depth must be checked before."""
    try:
        try:
            return _STRICT.decode(text), False
        except (JSONDecodeError, RecursionError):
            raise
        except ValueError:  # something odd, or an int of more digits than int() takes
            return _KEEPING.decode(text), True
    except JSONDecodeError as error:
        return error
    except RecursionError:  # a depth budget above what the interpreter can do
        return JSONDecodeError("values nest deeper than this interpreter can read", text, 0)


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("duplicate key")
    return value


def _refuse(word: str) -> None:
    raise ValueError(word)


def _real(digits: str) -> float:
    value = float(digits)
    if value - value != 0:
        raise ValueError(digits)
    return value


def _real_or_text(digits: str) -> float | str:
    value = float(digits)
    return value if value - value == 0 else digits


def _whole_or_text(digits: str) -> int | str:
    return int(digits) if len(digits.lstrip("-")) <= _DIGITS else digits


_STRICT = JSONDecoder(object_pairs_hook=_mapping, parse_constant=_refuse, parse_float=_real)
_KEEPING = JSONDecoder(parse_constant=str, parse_float=_real_or_text, parse_int=_whole_or_text)


scan_strictly: Callable[[str, int], tuple[Any, int]] = _STRICT.scan_once  # type: ignore[attr-defined]  # typeshed leaves it out
"""Return the value at an offset and the offset behind it; raises ValueError or StopIteration where it is odd."""


def complaint_before_reading(text: str, budgets: Budgets) -> Complaint | None:
    """Say what keeps a text from being read at all."""
    if not text or text.isspace():
        return Complaint("empty-document", "the file is empty", 0, 0, "a file that holds nothing can't be checked")
    deep = too_deep_at(text, budgets.depth)
    if deep is not None:
        return Complaint("too-deep", f"values nest deeper than {budgets.depth} levels", deep, deep + 1)
    if has_more_values(text, budgets.nodes):
        return Complaint("too-many-nodes", f"the document holds more than {budgets.nodes} values", 0, 0)
    return None


def _explain(text: str) -> list[Complaint]:
    from lictor.documents.json_diagnosis import diagnose

    return diagnose(text)


def _told_by_python(error: json.JSONDecodeError) -> Complaint:
    return Complaint("bad-document", error.msg[0].lower() + error.msg[1:], error.pos, error.pos)
