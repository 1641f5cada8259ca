"""What is wrong with a query, said so that its author can mend it."""

from collections.abc import Iterable

from lictor.errors import did_you_mean


class QueryError(Exception):
    """A query that can't be compiled, or that a value makes impossible to answer.

    `code` is listed in `lictor.errors.PROBLEM_CODES`. `offset` is 0-based into the expression, None when the error
    is about the whole query. jmespath's own exception, when there was one, is the `__cause__`.
    """

    def __init__(self, code: str, message: str, hint: str = "", offset: int | None = None) -> None:
        """Keep the parts; the exception's text is the message."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.offset = offset

    def __reduce__(self) -> tuple[type["QueryError"], tuple[str, str, str, int | None]]:
        """Travel between processes whole."""
        return QueryError, (self.code, self.message, self.hint, self.offset)


def unknown_name(code: str, what: str, name: str, known: Iterable[str], offset: int | None) -> QueryError:
    """Say that a name is not known, with the nearest one that is."""
    names = sorted(known)
    hint = did_you_mean(name, names)
    if not hint and names:
        shown = ", ".join(f"'{known_name}'" for known_name in names[:12])
        hint = f"known here: {shown}" + (", …" if len(names) > 12 else "")  # noqa: PLR2004 - a line's worth
    return QueryError(code, f"no {what} '{name}'", hint, offset)


def one_of(words: Iterable[str]) -> str:
    """Join words for a sentence.

    >>> one_of(["string", "array", "object"])
    'string, array or object'
    """
    *head, last = words
    return f"{', '.join(head)} or {last}" if head else last
