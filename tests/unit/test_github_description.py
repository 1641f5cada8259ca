"""The stand-in for GitHub holds requests and answers against GitHub's own description."""

import base64
import gzip
import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "github_api"
SLICE = json.loads((FOLDER / "code_scanning.json").read_text("utf-8"))
UPLOAD = "/repos/acme/policies/code-scanning/sarifs"
BODY = {
    "commit_sha": "a" * 40,
    "ref": "refs/pull/7/merge",
    "sarif": base64.b64encode(gzip.compress(b'{"runs": []}')).decode(),
}


def ask(service: Any, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    sent = {"Authorization": f"Bearer {service.token}", "Content-Type": "application/json", **headers}
    request = urllib.request.Request(f"{service.url}{path}", data, sent, method=method)  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read() or b"null")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"commit_sha": "a" * 39}, "commit_sha"),
        ({"commit_sha": "g" * 40}, "commit_sha"),
        ({"ref": "main"}, "ref"),
        ({"checkout_uri": "not a uri"}, "checkout_uri"),
        ({"started_at": "yesterday"}, "started_at"),
        ({"validate": "yes"}, "validate"),
        ({"tool_name": 7}, "tool_name"),
        ({"category": "iam"}, "category"),
        ({"sarif": "no base64!"}, "sarif"),
        ({"sarif": "bm8gZ3ppcA=="}, "sarif"),
    ],
)
def test_a_body_that_is_not_as_described_is_refused(service: Any, changes: dict[str, Any], said: str) -> None:
    assert ask(service, "POST", UPLOAD, {**BODY, **changes}) == (400, None)
    assert [each for each in service.refused if said in each]


@pytest.mark.parametrize("name", sorted(BODY))
def test_what_is_required_is_asked_for(service: Any, name: str) -> None:
    assert ask(service, "POST", UPLOAD, {key: value for key, value in BODY.items() if key != name})[0] == 400


def test_the_commit_of_a_sha256_repository_and_every_field_are_taken(service: Any) -> None:
    more = {"checkout_uri": "file:///w/", "started_at": "2026-11-24T03:00:00Z", "tool_name": "x", "validate": True}
    status, answer = ask(service, "POST", UPLOAD, {**BODY, "commit_sha": "b" * 64, **more})
    assert (status, answer["id"]) == (202, "id-0")


def test_a_body_of_another_media_type_is_refused(service: Any) -> None:
    assert ask(service, "POST", UPLOAD, BODY, **{"Content-Type": "text/plain"})[0] == 400


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/repos/acme/code-scanning/sarifs"), ("GET", UPLOAD), ("POST", f"{UPLOAD}/id-0")]
)
def test_what_is_not_described_is_not_found(service: Any, method: str, path: str) -> None:
    assert ask(service, method, path, BODY if method == "POST" else None)[0] == 404


def test_an_unknown_upload_and_a_wrong_token_are_answered_as_described(service: Any) -> None:
    assert ask(service, "GET", f"{UPLOAD}/none") == (404, None)
    assert ask(service, "GET", f"{UPLOAD}/none", Authorization="Bearer no")[0] == 401


def test_an_answer_that_is_not_described_is_told(code_scanning: Any) -> None:
    get = code_scanning.operation("GET", f"{UPLOAD}/id-0")
    assert get.faults_of_answer(200, {"processing_status": "complete", "errors": None}) == []
    assert get.faults_of_answer(200, {"processing_status": "done"})
    assert get.faults_of_answer(200, {"processing_status": "failed", "errors": "one"})
    assert get.faults_of_answer(404, {"message": "a body"})
    assert get.faults_of_answer(202, {})


def test_the_slice_names_its_source_and_refers_to_nothing_that_it_does_not_hold(code_scanning: Any) -> None:
    assert (SLICE["openapi"], SLICE["info"]["version"], SLICE["info"]["license"]["name"]) == ("3.0.3", "23.0.2", "MIT")
    assert "@octokit/openapi 23.0.2" in (FOLDER / "LICENSE").read_text()

    def references(value: Any) -> list[str]:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        own = [value["$ref"]] if isinstance(value, dict) and "$ref" in value else []
        return own + [each for part in inner for each in references(part)]

    for reference in references(SLICE):
        assert isinstance(code_scanning.resolved({"$ref": reference}), dict)


def test_slicing_keeps_what_is_referred_to_and_drops_the_rest(load_module: Any) -> None:
    slicer = load_module("github_api/slice_description.py")
    a, b = ({"$ref": f"#/components/schemas/{name}"} for name in "ab")
    answer = {"description": "kept", "content": {"application/json": {"schema": a, "examples": {"x": 1}}}}
    operation = {"operationId": "o", "summary": "s", "description": "d", "x-github": {}, "responses": {"200": answer}}
    schemas = {"a": {"type": "object", "properties": {"description": b}, "description": "d"}, "b": {}, "c": {}}
    whole = {
        "openapi": "3.0.3",
        "info": {},
        "paths": {**{path: {"get": operation} for path in slicer.PATHS}, "/user": {"get": operation}},
        "components": {"schemas": schemas},
    }
    made = slicer.slice_of(whole)
    assert tuple(made["paths"]) == slicer.PATHS
    assert made["components"] == {"schemas": {"a": {"type": "object", "properties": {"description": b}}, "b": {}}}
    (kept,) = {json.dumps(each["get"], sort_keys=True) for each in made["paths"].values()}
    assert json.loads(kept) == {
        "operationId": "o",
        "responses": {"200": {"description": "kept", "content": {"application/json": {"schema": a}}}},
    }
    assert slicer.slice_of(SLICE) == SLICE
