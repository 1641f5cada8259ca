"""The values of a rule's parameters: defaults, and what is wrong with values that a ruleset sets."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from lictor.errors import did_you_mean
from lictor.model import Location, Path, Problem, Rule

Place = Location | Callable[[Path], Location] | None
"""A place for all values, or a function from a path in the values (name first) to its place."""


def default_parameters(rule: Rule) -> dict[str, Any]:
    """Return every parameter of a rule with its default."""
    return {name: schema.get("default") for name, schema in rule.parameters.items()}


def validate_parameters(rule: Rule, values: Mapping[str, Any], location: Place = None) -> tuple[Problem, ...]:
    """Say what is wrong with values for a rule's parameters: unknown names, and values their schemas refuse."""
    return tuple(_problems(rule, values, location))


def _problems(rule: Rule, values: Mapping[str, Any], location: Place) -> Iterator[Problem]:
    for name, value in values.items():
        if name not in rule.parameters:
            yield Problem(
                code="unknown-parameter",
                message=f"rule '{rule.id}' has no parameter '{name}'",
                phase="ruleset",
                hint=_known(name, rule.parameters),
                location=_place(location, (name,)),
            )
            continue
        for path, message, hint in value_complaints(rule.parameters[name], value):
            within = f" at {'.'.join(map(str, path))}" if path else ""
            yield Problem(
                code="bad-parameter",
                message=f"parameter '{name}' of rule '{rule.id}'{within}: {message}",
                phase="ruleset",
                hint=hint or rule.parameters[name].get("description", ""),
                location=_place(location, (name, *path)),
            )


def value_complaints(schema: Mapping[str, Any], value: Any) -> Iterator[tuple[Path, str, str]]:  # noqa: ANN401 - any JSON value
    """Yield what a parameter's schema says against a value: path in the value, message, hint."""
    from jsonschema_rs import Draft202012Validator

    from lictor.schema import complaints_about

    validator = Draft202012Validator(dict(schema))
    for complaint in complaints_about(validator.iter_errors(value), schema, "bad-parameter"):
        yield complaint.path, complaint.message, complaint.hint


def _known(name: str, parameters: Iterable[str]) -> str:
    names = sorted(parameters)
    return did_you_mean(name, names) or (f"its parameters: {', '.join(names)}" if names else "it has none")


def _place(location: Place, path: Path) -> Location | None:
    return location(path) if callable(location) else location
