"""What stands under `Policies` of a SAM resource: statements, SAM's own policy templates, names of managed policies.

The templates are those of aws-sam-translator 1.115.0, with their parameters written as `Fn::Sub` has them.
"""

import functools
import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from lictor import Path
from lictor_plugins.kinds.aws_iam.found import FoundPolicy
from lictor_plugins.kinds.aws_iam.intrinsics import intrinsic

_VERSION = "2012-10-17"
_STATEMENT_KEYS = frozenset({"Statement", "statement", "Statements"})


def sam_policies(found: FoundPolicy) -> Iterator[FoundPolicy]:
    """Yield the policies that an entry of `Policies` comes to; the name of a managed policy is none.

    Of a template that is not known the policy is there, and what it says is open.
    """
    raw = found.raw
    if not isinstance(raw, dict):
        return
    if not _STATEMENT_KEYS.isdisjoint(raw) or intrinsic(raw) == "Fn::Transform":
        yield found
        return
    if intrinsic(raw):
        return
    for name, given in raw.items():
        place = (*found.path, name)
        known = _templates().get(name)
        told_by = f"the policy template '{name}'"
        if known is None:
            yield found._replace(raw={"Ref": str(name)}, path=place, classified_by=told_by, anchor=place)
        else:
            parameters = given if isinstance(given, dict) else {}
            statements, places = _filled(known["statements"], parameters, place)
            policy = {"Version": _VERSION, "Statement": statements}
            yield found._replace(raw=policy, path=place, classified_by=told_by, places=places, is_made=True)


@functools.cache
def _templates() -> Mapping[str, Mapping[str, Any]]:
    text = files("lictor_plugins.kinds.aws_iam").joinpath("sam_policy_templates.json").read_text("utf-8")
    known: Mapping[str, Mapping[str, Any]] = json.loads(text)
    return known


def _filled(
    statements: list[dict[str, Any]], given: Mapping[str, Any], place: Path
) -> tuple[list[dict[str, Any]], dict[Path, Path]]:
    """Return statements with the values of the parameters, and where each part stands: at the parameter that it has."""
    places: dict[Path, Path] = {(): place}

    def filled(value: Any, path: Path) -> Any:  # noqa: ANN401 - any JSON value
        if isinstance(value, dict):
            return {name: filled(inner, (*path, name)) for name, inner in value.items()}
        if isinstance(value, list):
            return [filled(inner, (*path, index)) for index, inner in enumerate(value)]
        if not isinstance(value, str) or "${" not in value:
            return value
        named = next((name for name in given if f"${{{name}}}" in value), None)
        if named is not None:
            places[path] = (*place, named)
        return {"Fn::Sub": [value, dict(given)]}

    return [filled(each, ("Statement", index)) for index, each in enumerate(statements)], places
