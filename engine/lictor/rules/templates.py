"""Text with JMESPath in braces, as messages have it: split into parts, and how a value reads in it."""

import json
from typing import Any

from lictor.values import NamedTuple

_LONGEST_VALUE = 120
_QUOTES = frozenset("'\"`")


class Field(NamedTuple):
    """A `{…}` of a template: the expression, and where it starts in the template (0-based)."""

    expression: str
    offset: int


class TemplateError(ValueError):
    """A template that can't be split; `offset` is where (0-based)."""

    def __init__(self, message: str, hint: str, offset: int) -> None:
        """Say what is wrong, what to do, and where."""
        self.message, self.hint, self.offset = message, hint, offset
        super().__init__(message)


def split_template(text: str) -> tuple[str | Field, ...]:
    """Split a template into literal text and fields; `{{` and `}}` stand for a brace. Raises TemplateError.

    Braces inside an expression (a multiselect hash, quoted names, literals) belong to it.

    >>> split_template("{each.sid} has {{}}")
    (Field(expression='each.sid', offset=1), ' has {}')
    """
    parts: list[str | Field] = []
    literal = ""
    index = 0
    while index < len(text):
        character = text[index]
        if character not in "{}":
            literal += character
            index += 1
        elif text[index : index + 2] == character * 2:
            literal += character
            index += 2
        elif character == "}":
            raise TemplateError("'}' without a '{' before it", "write '}}' for a brace", index)
        else:
            end = _end_of_field(text, index)
            expression = text[index + 1 : end]
            if not expression.strip():
                raise TemplateError("'{}' holds no query", "write '{{}}' for braces", index)
            parts += [literal, Field(expression, index + 1)] if literal else [Field(expression, index + 1)]
            literal = ""
            index = end + 1
    return (*parts, literal) if literal else tuple(parts)


def _end_of_field(text: str, start: int) -> int:
    """Find the `}` that closes the `{` at `start`. A backslash escapes inside all three quotes of JMESPath."""
    depth = 0
    quote = ""
    index = start
    while index < len(text):
        character = text[index]
        if quote:
            if character == "\\":
                index += 1
            elif character == quote:
                quote = ""
        elif character in _QUOTES:
            quote = character
        elif character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if not depth:
                return index
        index += 1
    if quote:
        raise TemplateError(f"'{{' is not closed: a {quote} in it is still open", "close the quote", start)
    raise TemplateError("'{' is not closed", "write '{{' for a brace", start)


def escape_template(text: str) -> str:
    """Write text so that a template shows it as it is.

    >>> escape_template("a {b}")
    'a {{b}}'
    """
    return text.replace("{", "{{").replace("}", "}}")


def render_value(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Write a value as a message shows it: strings plain, null as (none), others as JSON, long ones cut.

    >>> render_value({"a": ["x", True]}), render_value(None)
    ('{"a":["x",true]}', '(none)')
    """
    if value is None:
        return "(none)"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
