"""GitHub's REST API for code scanning: send a log, wait until it is processed, try again when the service is busy."""

import contextlib
import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, NoReturn

from lictor import LictorError, Problem
from lictor_plugins.code_scanning.remedies import remedy_for_error, remedy_for_status

_TRIES = 5
_BUSY = frozenset({429, 500, 502, 503, 504})
_LONGEST_WAIT = 60.0
_TIMEOUT = 60.0
_FIRST_POLL = 1.0
_MAX_ANSWER = 1_000_000
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ACCEPTED = "application/vnd.github+json, application/json;q=0.9"


class Uploaded(NamedTuple):
    """What became of an upload. `status` is `complete`, or `pending` when waiting took too long."""

    id: str
    status: str
    analyses_url: str


class Client:
    """Talks to one repository. The token goes nowhere but into the header of requests to `api_url`."""

    def __init__(
        self, api_url: str, repository: str, token: str, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Take where to send to; raises LictorError for an address that would show the token to others."""
        parts = urllib.parse.urlsplit(api_url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            _fail(
                f"expected an address that starts with https://, found '{api_url}'", "the token would be sent in clear"
            )
        self._base = f"{api_url.rstrip('/')}/repos/{repository}/code-scanning/sarifs"
        self._token = token
        self._sleep = sleep
        self._opener = urllib.request.build_opener(_NoRedirects)

    def upload(self, body: Mapping[str, Any]) -> str:
        """Send a log; return the id of the upload. The same log may be sent again: it takes the place of the first."""
        answer = self._ask("POST", self._base, body)
        identity = answer.get("id")
        if not isinstance(identity, str) or not identity:
            _fail("GitHub took the log but gave no id to ask about", "look for the analysis in the Security tab")
        return identity

    def wait(self, identity: str, seconds: float) -> Uploaded:
        """Wait until an upload is processed. Raises LictorError with each error of processing and its remedy."""
        pause, left = _FIRST_POLL, seconds
        while True:
            answer = self._ask("GET", f"{self._base}/{urllib.parse.quote(identity, safe='')}")
            status = answer.get("processing_status")
            if status == "complete":
                return Uploaded(identity, "complete", str(answer.get("analyses_url") or ""))
            if status == "failed":
                errors = [str(error) for error in answer.get("errors") or ["no reason was given"]]
                raise LictorError(
                    [_problem(f"GitHub could not process the log: {each}", remedy_for_error(each)) for each in errors]
                )
            if left <= 0:
                return Uploaded(identity, "pending", "")
            self._sleep(min(pause, left))
            left -= pause
            pause *= 2

    def _ask(self, method: str, url: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        data = json.dumps(body).encode() if body is not None else None
        headers = {
            "Accept": _ACCEPTED,
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "User-Agent": "lictor",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - the scheme was checked
        for attempt in range(1, _TRIES + 1):
            pause = min(2.0 ** (attempt - 1), _LONGEST_WAIT)
            try:
                with self._opener.open(request, timeout=_TIMEOUT) as answer:
                    return _object(answer.read(_MAX_ANSWER))
            except urllib.error.HTTPError as error:
                if error.code not in _BUSY or attempt == _TRIES:
                    raise LictorError([_status_problem(error)]) from error
                pause = _retry_after(error.headers.get("Retry-After"), pause)
            except (OSError, http.client.HTTPException, ValueError) as error:
                if attempt == _TRIES:
                    host = urllib.parse.urlsplit(url).hostname
                    why = getattr(error, "reason", None) or error
                    raise LictorError([_problem(f"no answer from '{host}': {why}", "try again later")]) from error
            self._sleep(pause)
        raise AssertionError  # the last attempt returned or raised


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect could lead the token to another host."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _object(raw: bytes) -> dict[str, Any]:
    answer = json.loads(raw or b"{}")
    if not isinstance(answer, dict):
        raise ValueError("expected an object")  # noqa: TRY004 - a wrong answer, as one that is no JSON
    return answer


def _retry_after(header: str | None, otherwise: float) -> float:
    return min(float(header), _LONGEST_WAIT) if header and header.isdecimal() else otherwise


def _status_problem(error: urllib.error.HTTPError) -> Problem:
    said = ""
    with contextlib.suppress(OSError, http.client.HTTPException, ValueError):  # many answers have no body
        said = str(_object(error.read(_MAX_ANSWER)).get("message") or "")
    text = f"GitHub answered {error.code}{f': {said}' if said else ''}"
    return _problem(text, remedy_for_error(said) or remedy_for_status(error.code))


def _problem(message: str, hint: str) -> Problem:
    return Problem("upload-failed", message, "report", hint=hint)


def _fail(message: str, hint: str) -> NoReturn:
    raise LictorError([_problem(message, hint)])
