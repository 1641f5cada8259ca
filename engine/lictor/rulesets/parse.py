"""From a ruleset file's text to what it says, each value with its place."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import Any, cast

from lictor.documents import parse_yaml
from lictor.model import (
    Document,
    Gate,
    Group,
    GroupOperator,
    Location,
    Lock,
    Path,
    Problem,
    Scope,
    Waiver,
    format_path,
)
from lictor.rulesets.entries import parse_entries, parse_inline
from lictor.rulesets.layers import Layer, Parsed, ParsedOverride, Placed

_LISTED: tuple[GroupOperator, ...] = ("all-of", "any-of", "none-of")


def parse_layer(text: str, uri: str, *, validated: bool = False) -> tuple[Parsed | None, tuple[Problem, ...]]:
    """Read one ruleset file; with any error in it, all that is wrong and nothing else.

    With `validated`, the text is known to be right.
    """
    loaded = parse_yaml(uri, text)
    found = tuple(problem._replace(phase="ruleset") for problem in loaded.problems)
    if any(problem.level == "error" for problem in found):
        return None, found
    if len(loaded.documents) != 1:
        message = f"expected one document, found {len(loaded.documents)}"
        hint = "a ruleset file holds one ruleset: a mapping with 'rules', 'extends', …"
        problem = Problem("bad-ruleset", message, "ruleset", hint=hint, location=Location(uri))
        return None, (*found, problem)
    document = loaded.documents[0]
    parsed, problems = _parse(document, validated=validated)
    problems = (*found, *problems)
    return (None if any(problem.level == "error" for problem in problems) else parsed), problems


def _parse(document: Document, *, validated: bool) -> tuple[Parsed | None, tuple[Problem, ...]]:
    data = document.data
    problems: list[Problem] = []
    if not validated:
        from lictor.schema import problems_in

        problems += problems_in(document, "ruleset")
    if not isinstance(data, dict):
        return None, tuple(problems)
    inline, found = parse_inline(document, data.get("rules"))
    problems += found
    if not problems:
        problems += [*_group_problems(document, data), *_date_problems(document, data)]
    if problems:
        return None, tuple(sorted(problems, key=_position))
    parsed = Parsed(
        layer=_layer(document, data),
        place=lambda path: _place(document, path),
        extends=_extends(document, data.get("extends", ())),
        entries=parse_entries(document, data.get("rules", {}), ("rules",)),
        overrides=tuple(
            ParsedOverride(
                _scope(override["match"]),
                parse_entries(document, override["rules"], ("overrides", index, "rules")),
                _place(document, ("overrides", index)),
            )
            for index, override in enumerate(data.get("overrides", ()))
        ),
        inline=inline,
    )
    return parsed, ()


def _layer(document: Document, data: Mapping[str, Any]) -> Layer:
    ruleset_id = data.get("id") or PurePosixPath(document.uri).stem
    policy, combine = data.get("waiver-policy", {}), data.get("combine", {})
    return Layer(
        id=ruleset_id,
        location=_place(document, ("id",) if "id" in data else ()),
        title=_placed(document, data, "title"),
        description=_placed(document, data, "description"),
        default_for=Placed(tuple(data["default-for"]), _place(document, ("default-for",)))
        if "default-for" in data
        else None,
        parameters=_placed_values(document, data.get("parameters", {}), ("parameters",)),
        locks=tuple(_lock(document, ruleset_id, lock, i) for i, lock in enumerate(data.get("locks", ()))),
        waivers=tuple(_waiver(document, ruleset_id, waiver, i) for i, waiver in enumerate(data.get("waivers", ()))),
        max_days=_placed(document, policy, "max-days", ("waiver-policy",)),
        require={
            name: _place(document, ("waiver-policy", "require", i)) for i, name in enumerate(policy.get("require", ()))
        },
        in_source=_placed(document, policy, "in-source", ("waiver-policy",)),
        strategy=_placed(document, combine, "strategy", ("combine",)),
        fail_at=_placed(document, combine, "fail-at", ("combine",)),
        groups={group["id"]: _group(document, group, i) for i, group in enumerate(combine.get("groups", ()))},
        supersedes={
            name: Placed(_texts(hidden), _place(document, ("combine", "supersedes", name)))
            for name, hidden in combine.get("supersedes", {}).items()
        },
        gates=tuple(_gate(document, gate, i) for i, gate in enumerate(data.get("gates", ()))),
        sources=(document.uri,),
    )


def _place(document: Document, path: Path) -> Location:
    return Location(document.uri, document.region_of(path) if path else None, path, format_path(path))


def _placed(document: Document, data: Mapping[str, Any], key: str, base: Path = ()) -> Placed[Any] | None:
    return Placed(data[key], _place(document, (*base, key))) if key in data else None


def _placed_values(document: Document, data: Mapping[str, Any], base: Path) -> dict[str, Placed[Any]]:
    return {key: Placed(value, _place(document, (*base, key))) for key, value in data.items()}


def _texts(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _extends(document: Document, value: str | list[str]) -> tuple[Placed[str], ...]:
    if isinstance(value, str):
        return (Placed(value, _place(document, ("extends",))),)
    return tuple(Placed(target, _place(document, ("extends", i))) for i, target in enumerate(value))


def _scope(data: Mapping[str, Any]) -> Scope:
    paths = (*_texts(data.get("paths", ())), *_texts(data.get("path", ())))
    return Scope(_texts(data.get("files", ())), _texts(data.get("kinds", ())), paths)


def _lock(document: Document, ruleset_id: str, data: Mapping[str, Any], index: int) -> Lock:
    place = _place(document, ("locks", index))
    return Lock(tuple(data["rules"]), data["floor"], ruleset_id, place, tuple(data.get("free-parameters", ())))


def _waiver(document: Document, ruleset_id: str, data: Mapping[str, Any], index: int) -> Waiver:
    return Waiver(
        rules=tuple(data["rules"]),
        where=_scope(data.get("where", {})),
        reason=data.get("reason", ""),
        location=_place(document, ("waivers", index)),
        ruleset_id=ruleset_id,
        owner=data.get("owner", ""),
        ticket=data.get("ticket", ""),
        expires=_date(data["expires"]) if "expires" in data else None,
    )


def _group(document: Document, data: Mapping[str, Any], index: int) -> Group:
    operator: GroupOperator = next((key for key in _LISTED if key in data), "at-least")
    members = dict.fromkeys(data.get(operator if operator in _LISTED else "of", ()), 1.0)
    threshold: float = data.get("at-least", 0)
    if "weights" in data:
        operator, members, threshold = "weights", data["weights"], data["fail-at"]
    return Group(
        id=data["id"],
        operator=operator,
        members=members,
        level=data.get("level", "warning"),
        location=_place(document, ("combine", "groups", index)),
        threshold=threshold,
        when=data.get("when", ""),
        message=data.get("message", ""),
        per=data.get("per", "subject"),
    )


def _gate(document: Document, data: Mapping[str, Any], index: int) -> Gate:
    return Gate(
        fail_on=data.get("fail-on"),
        budget=data.get("budget", {}),
        per=data.get("per", "run"),
        new_only=data.get("new-only", False),
        baseline=data.get("baseline", ""),
        no_new_access=data.get("no-new-access", False),
        since=data.get("since", ""),
        location=_place(document, ("gates", index)),
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _date_problems(document: Document, data: Mapping[str, Any]) -> Iterator[Problem]:
    for index, waiver in enumerate(data.get("waivers", ())):
        if "expires" in waiver and _date(waiver["expires"]) is None:
            message = f"expected a day of the calendar, found '{waiver['expires']}'"
            yield _problem(document, ("waivers", index, "expires"), message)


def _group_problems(document: Document, data: Mapping[str, Any]) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, group in enumerate(data.get("combine", {}).get("groups", ())):
        path: Path = ("combine", "groups", index)
        if group["id"] in seen:
            yield _problem(document, (*path, "id"), f"group '{group['id']}' stands here twice")
        seen.add(group["id"])
        if len(set(group.get("of", ()))) < cast("int", group.get("at-least", 0)):
            most = len(set(group["of"]))
            message = f"expected at most {most}, the number of rules in 'of', found {group['at-least']}"
            yield _problem(document, (*path, "at-least"), message)


def _problem(document: Document, path: Path, message: str) -> Problem:
    return Problem("bad-ruleset", message, "ruleset", location=_place(document, path))


def _position(problem: Problem) -> tuple[int, int]:
    region = problem.location.region if problem.location else None
    return (region.start_line, region.start_column) if region else (0, 0)
