"""Cut what `lictor upload` asks for out of GitHub's description of its REST API.

    npm pack @octokit/openapi@23.0.2
    tar xzf octokit-openapi-23.0.2.tgz package/generated/api.github.com.json
    python tests/github_api/slice_description.py package/generated/api.github.com.json

writes `code_scanning.json` beside this file: the operations on SARIF uploads with everything that they refer to, and
nothing of the 13 MB else. The description is under the MIT licence, which stands beside it.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SLICE = Path(__file__).with_name("code_scanning.json")
PATHS = (
    "/repos/{owner}/{repo}/code-scanning/sarifs",
    "/repos/{owner}/{repo}/code-scanning/sarifs/{sarif_id}",
)
_PROSE = frozenset({"description", "summary", "tags", "externalDocs", "example", "examples"})
"""What no request or answer depends on; the description of a response stays, because OpenAPI asks for it."""

Json = dict[str, Any]


def slice_of(description: Json) -> Json:
    """Return the description with the paths of SARIF uploads only, and what they refer to."""
    paths = {path: _without_prose(description["paths"][path]) for path in PATHS}
    components: Json = {}
    waiting = sorted(set(_references(paths)))
    while waiting:
        reference = waiting.pop(0)
        _, _, kind, name = reference.split("/")
        if name not in components.setdefault(kind, {}):
            found = _without_prose(description["components"][kind][name])
            components[kind][name] = found
            waiting.extend(sorted(set(_references(found))))
    return {
        "openapi": description["openapi"],
        "info": description["info"],
        "paths": paths,
        "components": {kind: dict(sorted(each.items())) for kind, each in sorted(components.items())},
    }


def _without_prose(value: Any, parent: str = "") -> Any:
    if isinstance(value, list):
        return [_without_prose(each) for each in value]
    if not isinstance(value, dict):
        return value
    is_named = parent in {"properties", "schemas"}  # a property may be called `description`
    is_response = "description" in value and not value.keys() & {"type", "schema", "in", "operationId", "properties"}
    return {
        key: _without_prose(each, key)
        for key, each in value.items()
        if is_named or (key == "description" and is_response) or not (key in _PROSE or key.startswith("x-"))
    }


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)


if __name__ == "__main__":
    made = slice_of(json.loads(Path(sys.argv[1]).read_text("utf-8")))
    SLICE.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
