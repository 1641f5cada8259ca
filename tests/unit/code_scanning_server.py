"""A stand-in for GitHub code scanning on the loopback interface, built from GitHub's own description of its REST API.

What is asked and what is answered is held against the description (`tests/github_api/code_scanning.json`): paths,
methods, parameters, bodies and statuses. What the description doesn't say, the processing of a log, follows GitHub's
documentation: alerts are told apart by tool, category, rule, file and line hash.
"""

import base64
import binascii
import gzip
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs

DESCRIPTION = json.loads((Path(__file__).parents[1] / "github_api" / "code_scanning.json").read_text("utf-8"))
TOKEN = "t0ken-of-nobody"  # noqa: S105 - opens nothing
MAX_PACKED = 10_000_000
EVERYWHERE = frozenset({"401"})
"""What every operation may answer, whatever its description lists (GitHub docs, "Troubleshooting the REST API")."""


class Operation(NamedTuple):
    """An operation of the description, with the parameters that a path gives it."""

    described: dict[str, Any]
    parameters: dict[str, str]

    def faults_of_request(self, content_type: str, raw: bytes) -> list[str]:
        """Return how a body differs from what the operation takes."""
        body = self.described.get("requestBody")
        if body is None:
            return ["expected no body"] if raw else []
        media = body["content"].get(content_type.partition(";")[0])
        if media is None:
            return [f"expected one of {sorted(body['content'])}, found '{content_type}'"]
        try:
            sent = json.loads(raw)
        except ValueError:
            return ["expected JSON"]
        return faults(media["schema"], sent)

    def faults_of_answer(self, status: int, answer: Any) -> list[str]:
        """Return how an answer differs from what the operation gives."""
        if str(status) in EVERYWHERE:
            return []
        described = resolved(self.described["responses"].get(str(status)))
        if described is None:
            return [f"{self.described['operationId']} never answers {status}"]
        media = described.get("content", {}).get("application/json")
        if media is None:
            return [] if answer is None else [f"expected no body with {status}"]
        return faults(media["schema"], answer)


def operation(method: str, path: str) -> Operation | None:
    """Return the operation that a method and a path ask for."""
    for template, methods in DESCRIPTION["paths"].items():
        named = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/?]+)", template), path)
        if named and method.lower() in methods:
            described = methods[method.lower()]
            parameters = [resolved(each) for each in described["parameters"]]
            assert {each["name"] for each in parameters if each["in"] == "path"} == named.groupdict().keys()
            return Operation(described, named.groupdict())
    return None


def resolved(value: Any) -> Any:
    """Follow a reference within the description."""
    while isinstance(value, dict) and "$ref" in value:
        _, *names = value["$ref"].split("/")
        value = DESCRIPTION
        for name in names:
            value = value[name]
    return value


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    """Return how a value differs from a schema of the description."""
    return [
        f"{'/'.join(map(str, error.instance_path))}: {error.message}"
        for error in _validator(json.dumps(schema)).iter_errors(value)
    ]


@cache
def _validator(schema: str) -> jsonschema_rs.Validator:
    whole = {"components": DESCRIPTION["components"], "allOf": [json.loads(schema)]}
    return jsonschema_rs.validator_for(_as_json_schema(whole), validate_formats=True)


def _as_json_schema(value: Any) -> Any:
    """Say with a type what OpenAPI 3.0 says with `nullable`."""
    if isinstance(value, list):
        return [_as_json_schema(each) for each in value]
    if not isinstance(value, dict):
        return value
    made = {key: _as_json_schema(each) for key, each in value.items() if key != "nullable"}
    return {**made, "type": [made["type"], "null"]} if value.get("nullable") is True else made


@dataclass
class Service:
    """What the service knows. `script` are answers to give first: (status, headers, body); None breaks the line."""

    script: list[tuple[int, dict[str, str], bytes] | None] = field(default_factory=list)
    pending: int = 1
    requests: list[dict[str, Any]] = field(default_factory=list)
    uploads: dict[str, dict[str, Any]] = field(default_factory=dict)
    alerts: dict[tuple[str, ...], dict[str, Any]] = field(default_factory=dict)
    url: str = ""
    token: str = TOKEN
    fingerprint: str = "primaryLocationLineHash"
    """The one by which alerts are told apart; GitHub knows no other than this."""
    refused: list[str] = field(default_factory=list)
    """What was wrong with bodies that got the answer 400."""
    undescribed: list[str] = field(default_factory=list)
    """What the service itself answered although the description has no such answer."""

    def open_alerts(self) -> set[int]:
        return {alert["number"] for alert in self.alerts.values() if alert["state"] == "open"}

    def receive(self, sent: dict[str, Any]) -> tuple[int, Any]:
        """Answer a body that is as described."""
        try:
            packed = base64.b64decode(sent["sarif"], validate=True)
            if len(packed) > MAX_PACKED:
                return 413, None
            log = json.loads(gzip.decompress(packed))
        except (binascii.Error, OSError, EOFError, ValueError):
            self.refused.append("sarif: expected base64 of gzip of JSON")
            return 400, None
        identity = f"id-{len(self.uploads)}"
        self.uploads[identity] = {"log": log, "sent": sent, "polls": 0}
        return 202, {"id": identity, "url": f"{self.url}/repos/acme/policies/code-scanning/sarifs/{identity}"}

    def tell(self, identity: str) -> tuple[int, Any]:
        """Answer what became of an upload."""
        upload = self.uploads.get(identity)
        if upload is None:
            return 404, None
        upload["polls"] += 1
        if upload["polls"] <= self.pending:
            return 200, {"processing_status": "pending"}
        errors = self.take(upload["log"])
        if errors:
            return 200, {"processing_status": "failed", "errors": errors}
        return 200, {"processing_status": "complete", "analyses_url": f"{self.url}/analyses", "errors": None}

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
            key = (tool, category, result["ruleId"], uri, result["partialFingerprints"][self.fingerprint])
            seen.add(key)
            alert = self.alerts.setdefault(key, {"number": len(self.alerts) + 1})
            alert["state"] = "open"
        for key, alert in self.alerts.items():
            if key[:2] == (tool, category) and key not in seen:
                alert["state"] = "fixed"


@contextmanager
def serving() -> Iterator[Service]:  # noqa: C901 - one small method an answer
    """Run the service; at its end, everything that it answered by itself must have been as described."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._take("POST")

        def do_GET(self) -> None:
            self._take("GET")

        def _take(self, method: str) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"] or 0))
            asked = operation(method, self.path)
            if self._is_scripted():
                return
            if asked is None:
                self._send(404, {"message": "Not Found"})  # GitHub's answer to every path that it does not know
                return
            wrong = asked.faults_of_request(self.headers["Content-Type"] or "", raw)
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                status, answer = 401, {"message": "Bad credentials"}
            elif wrong:
                service.refused.extend(wrong)
                status, answer = 400, None
            elif method == "POST":
                status, answer = service.receive(json.loads(raw))
            else:
                status, answer = service.tell(asked.parameters["sarif_id"])
            service.undescribed.extend(asked.faults_of_answer(status, answer))
            self._send(status, answer)

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

        def _send(self, status: int, body: Any) -> None:
            raw = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            if raw:
                self.send_header("Content-Type", "application/json; charset=utf-8")
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
    assert service.undescribed == []
