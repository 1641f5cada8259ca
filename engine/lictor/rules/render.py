"""Messages and new values: templates whose fields are compiled, filled in from what a match knows."""

from collections.abc import Callable, Mapping
from typing import Any

from lictor.query import Query, QueryContext, QueryError
from lictor.rules.templates import TemplateError, render_value, split_template
from lictor.values import NamedTuple


class Template(NamedTuple):
    """A compiled template: literal text and queries."""

    parts: tuple[str | Query, ...]

    @property
    def fixed(self) -> str | None:
        """The text of a template without fields, which nothing has to be known for; None where there are any."""
        if not self.parts:
            return ""
        return self.parts[0] if len(self.parts) == 1 and isinstance(self.parts[0], str) else None

    def render(self, scope: Mapping[str, Any], context: QueryContext) -> str:
        """Fill the fields in. Raises QueryError."""
        return "".join(
            part if isinstance(part, str) else render_value(part.search(scope, context)) for part in self.parts
        )

    def value(self, scope: Mapping[str, Any], context: QueryContext) -> Any:  # noqa: ANN401 - any JSON value
        """Return the value of a template that is one field and nothing else; the rendered text of any other."""
        if len(self.parts) == 1 and not isinstance(self.parts[0], str):
            return self.parts[0].search(scope, context)
        return self.render(scope, context)


def compile_template(text: str, make_query: Callable[[str], Query]) -> Template:
    """Compile a template. Raises QueryError when its braces do not match."""
    try:
        parts = split_template(text)
    except TemplateError as error:
        raise QueryError("bad-message", error.message, error.hint, error.offset) from error
    return Template(tuple(part if isinstance(part, str) else make_query(part.expression) for part in parts))


class ValueTemplate(NamedTuple):
    """A JSON value whose strings are templates."""

    value: Any
    templates: Mapping[str, Template]

    def fill(self, scope: Mapping[str, Any], context: QueryContext) -> Any:  # noqa: ANN401 - any JSON value
        """Return the value with every string filled in. Raises QueryError."""
        return self._fill(self.value, scope, context)

    def _fill(self, value: Any, scope: Mapping[str, Any], context: QueryContext) -> Any:  # noqa: ANN401 - any JSON value
        if isinstance(value, str):
            return self.templates[value].value(scope, context) if value else value
        if isinstance(value, dict):
            return {key: self._fill(inner, scope, context) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._fill(inner, scope, context) for inner in value]
        return value


def compile_value(value: Any, make_query: Callable[[str], Query]) -> ValueTemplate:  # noqa: ANN401 - any JSON value
    """Compile every string in a value as a template. Raises QueryError."""
    return ValueTemplate(value, {text: compile_template(text, make_query) for text in strings_in(value) if text})


def strings_in(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - any JSON value
    """Return every string of a value that isn't a key, in its order."""
    if isinstance(value, str):
        return (value,)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return tuple(text for element in inner for text in strings_in(element))
