"""How answers about access are written for programs and shown to people."""

from collections.abc import Iterator
from typing import Any

from lictor import LictorError
from lictor_plugins.commands.policy_files import FoundPolicy
from lictor_plugins.reasoning.model import Answer, Request
from lictor_plugins.reasoning.requests import request_json

EXIT_NO = 0
EXIT_YES = 1
EXIT_INPUT = 2
EXIT_UNKNOWN = 3
EXIT_CODES = {"no": EXIT_NO, "yes": EXIT_YES, "unknown": EXIT_UNKNOWN}
_WORST_FIRST = ("yes", "unknown", "no")


def worst(verdicts: Iterator[str]) -> str:
    """Return the answer about several things: one `yes` is enough, and only all of them give `no`.

    >>> worst(iter(["no", "unknown"]))
    'unknown'
    """
    return min(verdicts, key=_WORST_FIRST.index, default="no")


def witness_json(witness: Request | None) -> dict[str, Any] | None:
    """Return a witness with all of its four fields."""
    if witness is None:
        return None
    written = request_json(witness)
    return {
        "principal": written["principal"],
        "action": written["action"],
        "resource": written.get("resource", ""),
        "context": written["context"],
    }


def statement_json(found: FoundPolicy, index: int) -> dict[str, Any]:
    """Return where a statement stands."""
    uri, place = found.place_of(index)
    return {
        "uri": uri,
        "line": place.start_line,
        "column": place.start_column,
        "index": index,
        "sid": sid_of(found, index) or None,
    }


def sid_of(found: FoundPolicy, index: int) -> str:
    """Return a statement's Sid."""
    return next((each.sid for each in found.policy.statements if each.index == index), "")


def place_text(found: FoundPolicy, index: int) -> str:
    """Return `FILE:LINE:COLUMN` of a statement."""
    uri, place = found.place_of(index)
    return f"{uri}:{place.start_line}:{place.start_column}"


def statement_text(found: FoundPolicy, index: int) -> str:
    """Name a statement as people do: by its Sid, else by its number."""
    sid = sid_of(found, index)
    return f"statement '{sid}'" if sid else f"statement {index + 1}"


def because(answer: Answer) -> str:
    """Say why, also where the engine has nothing to add."""
    if answer.because:
        return answer.because
    return "proved: no such request exists" if answer.verdict == "no" else "a request that shows it was found"


def exit_code_of(error: LictorError) -> int:
    """Return the exit code for what is wrong with the input."""
    is_usage = all(problem.phase == "usage" for problem in error.problems)
    return EXIT_INPUT if is_usage else EXIT_UNKNOWN


def account_problem(account: str) -> str:
    """Say what is wrong with an account id; "" when nothing is.

    >>> account_problem("12")
    "expected twelve digits, found '12'"
    """
    is_id = len(account) == 12 and account.isascii() and account.isdigit()  # noqa: PLR2004 - digits of an account
    return "" if is_id else f"expected twelve digits, found '{account}'"
