"""The SARIF log that is uploaded: read, refused where it would do harm, and packed as the API wants it."""

import base64
import gzip
import json
from typing import Any

from lictor import LictorError, Location, Problem

_INCOMPLETE = 2

MAX_PACKED = 10_000_000
"""Bytes of a gzip file above which GitHub refuses a log (GitHub docs, "SARIF results exceed limits", read 2026-11)."""


def read_log(raw: bytes, uri: str, *, is_incomplete_allowed: bool = False) -> dict[str, Any]:
    """Return a SARIF log. Raises LictorError for what is none, and for the log of a run that failed.

    GitHub closes every alert that a log does not name, so the log of a run that could not check everything must not
    be taken for one that found nothing.
    """
    try:
        log = json.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise _refused(f"expected a SARIF log in JSON: {error}", uri, "write one with: -o sarif-github=FILE") from error
    runs = log.get("runs") if isinstance(log, dict) else None
    if not isinstance(runs, list) or not runs or not all(isinstance(run, dict) for run in runs):
        raise _refused("expected a SARIF log with at least one run", uri, "write one with: -o sarif-github=FILE")
    for number, run in enumerate(runs):
        if not is_incomplete_allowed and any(map(_is_incomplete, run.get("invocations") or [])):
            message = f"run {number} could not check everything, so findings may be missing from it"
            hint = (
                "mend what it could not check; --allow-incomplete uploads it all the same, and closes what is missing"
            )
            raise _refused(message, uri, hint)
    return dict(log)


def _is_incomplete(invocation: Any) -> bool:  # noqa: ANN401 - any JSON value
    if not isinstance(invocation, dict):
        return False
    code = invocation.get("exitCode")
    # lictor's own exit codes: from 2 on, something was not checked
    return invocation.get("executionSuccessful") is False or (isinstance(code, int) and code >= _INCOMPLETE)


def with_category(log: dict[str, Any], category: str) -> dict[str, Any]:
    """Return the log with a category for the runs that name none; several such runs get a number each.

    An id without a slash names none: GitHub takes it for the id of one run, and it stays that.
    """
    bare = [number for number, run in enumerate(log["runs"]) if "/" not in _id_of(run)]
    runs = list(log["runs"])
    for place, number in enumerate(bare):
        own = category if len(bare) == 1 else f"{category}/{place}"
        details = runs[number].get("automationDetails") or {}
        runs[number] = {**runs[number], "automationDetails": {**details, "id": f"{own}/{_id_of(runs[number])}"}}
    return {**log, "runs": runs}


def _id_of(run: dict[str, Any]) -> str:
    return str((run.get("automationDetails") or {}).get("id") or "")


def pack(log: dict[str, Any]) -> str:
    """Return the log as the API takes it: compact JSON, gzip without a time, base64.

    Raises LictorError when it is too large.
    """
    packed = gzip.compress(json.dumps(log, ensure_ascii=False, separators=(",", ":")).encode(), 9, mtime=0)
    if len(packed) > MAX_PACKED:
        message = f"the packed log has {len(packed):,} bytes, GitHub takes {MAX_PACKED:,}"
        raise _refused(message, "", "check fewer files a run, each with a --category of its own")
    return base64.b64encode(packed).decode()


def _refused(message: str, uri: str, hint: str) -> LictorError:
    return LictorError([Problem("bad-sarif", message, "usage", hint=hint, location=Location(uri) if uri else None)])
