"""A stand-in for GitHub code scanning on the loopback interface.

It takes what the REST description of GitHub asks for, refuses what GitHub refuses, and tells alerts apart as GitHub
does: by tool, category, rule, file and line hash.
"""

import base64
import gzip
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "t0ken-of-nobody"  # noqa: S105 - opens nothing
# github/rest-api-description, `code-scanning/upload-sarif`, read 2026-11
FIELDS = {
    "commit_sha": r"([0-9a-fA-F]{40}(?:[0-9a-fA-F]{24})?)",
    "ref": r"refs/(heads|tags|pull)/.*",
    "sarif": r"[A-Za-z0-9+/=]+",
    "checkout_uri": r"\w+://.*",
    "started_at": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "tool_name": r".*",
}
REQUIRED = {"commit_sha", "ref", "sarif"}
MAX_PACKED = 10_000_000


@dataclass
class Service:
    """What the service knows. `script` are answers to give first: (status, headers, body); None breaks the line."""

    script: list[tuple[int, dict[str, str], bytes] | None] = field(default_factory=list)
    pending: int = 1
    requests: list[dict[str, Any]] = field(default_factory=list)
    uploads: dict[str, dict[str, Any]] = field(default_factory=dict)
    alerts: dict[tuple[str, ...], dict[str, Any]] = field(default_factory=dict)
    url: str = ""

    def open_alerts(self) -> set[int]:
        return {alert["number"] for alert in self.alerts.values() if alert["state"] == "open"}

    def take(self, log: dict[str, Any]) -> list[str]:
        """Process a log as GitHub does; return what is wrong with it."""
        errors = []
        categories = []
        for run in log["runs"]:
            if any(each.get("executionSuccessful") is False for each in run.get("invocations", [])):
                errors.append("unsuccessful execution")
            categories.append(run.get("automationDetails", {}).get("id", "").rpartition("/")[0])
            for result in run["results"]:
                if not result.get("message", {}).get("text"):
                    errors.append("Code Scanning could not process the submitted SARIF file: expected a result message")
                if "artifactLocation" not in result["locations"][0].get("physicalLocation", {}):
                    errors.append("locationFromSarifResult: expected artifact location")
        if len(set(categories)) < len(categories):
            errors.append("A delivery cannot contain multiple runs with the same category")
        if not errors:
            for run, category in zip(log["runs"], categories, strict=True):
                self._update(run, category)
        return errors

    def _update(self, run: dict[str, Any], category: str) -> None:
        tool = run["tool"]["driver"]["name"]
        seen = set()
        for result in run["results"]:
            uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            key = (tool, category, result["ruleId"], uri, result["partialFingerprints"]["primaryLocationLineHash"])
            seen.add(key)
            alert = self.alerts.setdefault(key, {"number": len(self.alerts) + 1})
            alert["state"] = "open"
        for key, alert in self.alerts.items():
            if key[:2] == (tool, category) and key not in seen:
                alert["state"] = "fixed"


@contextmanager
def serving() -> Iterator[Service]:  # noqa: C901 - one small method an answer
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self._is_scripted() or self._is_stranger():
                return
            sent = json.loads(body)
            wrong = [name for name in sent if not re.fullmatch(FIELDS.get(name, "(?!)"), str(sent[name]))]
            if not re.fullmatch(r"/repos/[\w.-]+/[\w.-]+/code-scanning/sarifs", self.path):
                self._answer(404, {"message": "Not Found"})
            elif wrong or not sent.keys() >= REQUIRED:
                self._answer(400, {"message": f"wrong: {wrong}"})
            else:
                packed = base64.b64decode(sent["sarif"])
                if len(packed) > MAX_PACKED:
                    self._answer(413, {})
                    return
                log = json.loads(gzip.decompress(packed))
                identity = f"id-{len(service.uploads)}"
                service.uploads[identity] = {"log": log, "sent": sent, "polls": 0}
                self._answer(202, {"id": identity, "url": f"{service.url}{self.path}/{identity}"})

        def do_GET(self) -> None:
            if self._is_scripted() or self._is_stranger():
                return
            upload = service.uploads.get(self.path.rpartition("/")[2])
            if upload is None:
                self._answer(404, {"message": "Not Found"})
                return
            upload["polls"] += 1
            if upload["polls"] <= service.pending:
                self._answer(200, {"processing_status": "pending"})
                return
            errors = service.take(upload["log"])
            if errors:
                self._answer(200, {"processing_status": "failed", "errors": errors})
            else:
                self._answer(200, {"processing_status": "complete", "analyses_url": f"{service.url}/analyses"})

        def _is_scripted(self) -> bool:
            service.requests.append({"method": self.command, "path": self.path, "headers": dict(self.headers)})
            if not service.script:
                return False
            answer = service.script.pop(0)
            if answer is None:
                self.close_connection = True
                self.connection.close()
                return True
            status, headers, body = answer
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            return True

        def _is_stranger(self) -> bool:
            if self.headers["Authorization"] == f"Bearer {TOKEN}":
                return False
            self._answer(401, {"message": "Bad credentials"})
            return True

        def _answer(self, status: int, body: dict[str, Any]) -> None:
            raw = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
