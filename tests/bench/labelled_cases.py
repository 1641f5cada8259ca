"""Policies with known answers: what each area holds, as whole policies.

`labelled/*.yaml` names areas. Each has a `base`, what a statement is made of, and statements that must be found
(`find`) or must not be (`pass`). A null takes an element of the base away; a list is a policy of several statements.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

HERE = Path(__file__).parent / "labelled"
VERSION = "2012-10-17"


class Area(NamedTuple):
    """Something that a policy may get wrong, and the rules of lictor that are about it."""

    name: str
    about: str
    kind: str
    rules: tuple[str, ...]
    ruleset: str
    parameters: Mapping[str, Any]


class Case(NamedTuple):
    """A policy, and whether it has what its area is about."""

    area: Area
    name: str
    is_defect: bool
    policy: dict[str, Any]


def labelled_cases(directory: Path = HERE) -> Iterator[Case]:
    """Read all areas of a directory, in the order of their files."""
    for file in sorted(directory.glob("*.yaml")):
        for area in yaml.safe_load(file.read_text()):
            about = Area(
                area["area"], area["about"], area["kind"], tuple(area["rules"]), area.get("ruleset", "aws-iam"),
                area.get("parameters", {}),
            )  # fmt: skip
            for label in ("find", "pass"):
                for number, given in enumerate(area[label], start=1):
                    yield Case(about, f"{label}-{number:02d}", label == "find", _policy(area["base"], given))


def _policy(base: Mapping[str, Any], given: Any) -> dict[str, Any]:
    statements = [_without_null({**base, **each}) for each in (given if isinstance(given, list) else [given])]
    versions = [each.pop("Version", VERSION) for each in statements if isinstance(each, dict)]
    if isinstance(given, dict) and "Version" in given and given["Version"] is None:
        return {"Statement": statements}
    return {"Version": versions[0], "Statement": statements}


def _without_null(statement: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in statement.items() if value is not None}
