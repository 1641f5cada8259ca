"""What one query may cost, so that a hostile one is stopped and not waited for."""

from lictor.query.errors import QueryError
from lictor.query.value_types import Json

MAX_LENGTH = 8192
"""Characters of an expression."""

MAX_DEPTH = 64
"""Expressions inside one another. The links of a chain (`a.b[*].c | d || e`) stand side by side."""

MAX_STEPS = 5_000_000
"""Elements looked at in one evaluation."""

MAX_OUTPUT = 200_000
"""Values in a result, each counted wherever it shows."""

MAX_TEXT = 1_000_000
"""Characters of a text that a function builds."""

_CHARACTERS_A_NODE = 64
_FLAT = (str, int, float, bool, type(None))


def too_long(length: int) -> QueryError:
    """Say that the expression itself is over its budget."""
    return QueryError(
        "query-budget",
        f"the query has {length} characters, at most {MAX_LENGTH} are allowed",
        "split it into several rules, or name its parts with 'let'",
    )


def too_deep(offset: int | None = None) -> QueryError:
    """Say that the expression nests too deep."""
    return QueryError(
        "query-budget",
        f"the query nests more than {MAX_DEPTH} levels deep",
        "name its inner parts with 'let'",
        offset,
    )


def too_many_steps() -> QueryError:
    """Say that evaluating took too many steps."""
    return QueryError(
        "query-budget",
        f"the query took more than {MAX_STEPS} steps on this value",
        "filter before you combine; does the query multiply its input, as '[@, @][]' does?",
    )


def too_much_output() -> QueryError:
    """Say that the result is too large."""
    return QueryError(
        "query-budget",
        f"the query built more than {MAX_OUTPUT} values from this one",
        "filter before you combine; does the query multiply its input, as '[@, @][]' does?",
    )


def too_much_text(name: str, offset: int | None) -> QueryError:
    """Say that a function built too long a text."""
    return QueryError("query-budget", f"{name}() built a text of more than {MAX_TEXT} characters", "", offset)


def spend(meter: list[int], steps: int) -> None:
    """Take steps from what is left of an evaluation's budget (its one element)."""
    meter[0] -= steps
    if meter[0] < 0:
        raise too_many_steps()


def size(value: Json, limit: int = MAX_OUTPUT) -> int:
    """Count the values in a value, shared ones wherever they show; stops soon after `limit`.

    >>> size({"a": [1, 2]})
    4
    """
    if value.__class__ in _FLAT:
        return 1 + (len(value) // _CHARACTERS_A_NODE if value.__class__ is str else 0)
    count = 0
    waiting = [value]
    while waiting and count <= limit:
        current = waiting.pop()
        count += 1
        if current.__class__ is list:
            # A list is taken whole so that a wide one costs one step of this loop and not a push for each element.
            if len(current) > limit:
                return limit + 1
            waiting.extend(current)
        elif current.__class__ is dict:
            waiting.extend(current.values())
        elif current.__class__ is str:
            count += len(current) // _CHARACTERS_A_NODE
    return count


def spend_on(meter: list[int], value: Json, times: int = 1) -> None:
    """Pay for work that looks at everything in a value."""
    cost = size(value)
    if cost > MAX_OUTPUT:
        raise too_much_output()
    spend(meter, cost * times)


class Scale:
    """Pays for what a function is given at one place of its call; what it was given last is not counted again.

    A rule that asks about each of a thousand statements hands over all of them each time.
    """

    __slots__ = ("_cost", "_value")

    def __init__(self) -> None:
        """Start with nothing known."""
        self._value: Json = None
        self._cost = 1

    def spend_on(self, meter: list[int], value: Json) -> None:
        """Pay for work that looks at everything in a value."""
        if value is not self._value:
            self._value, self._cost = value, size(value)
        if self._cost > MAX_OUTPUT:
            raise too_much_output()
        spend(meter, self._cost)
