"""The page of query functions: the engine's own and those of plugins, each with an example from its docstring."""

import ast
import doctest
import inspect
import json
from collections.abc import Callable, Iterator
from typing import Any

from from_code.markdown import table
from lictor.model import Function
from lictor.query import ENGINE_FUNCTIONS
from lictor.registry import Registry

_INTRODUCTION = """\
# Query functions

[Queries](queries.md) are [JMESPath](https://jmespath.org/specification.html). All of
[its functions](https://jmespath.org/specification.html#built-in-functions) are there, and these.

## Where a query stands

These answer from wherever a query is in a rule: `for-each`, `deny`, `require`, `open`, `at`, `related`, `let`, and the
braces of a message.
"""


def functions(registry: Registry) -> str:
    """Return the page."""
    rows = [
        (f"`{name}({_names(engine.locate or engine.answer, 2, engine.optional)})`", engine.returns, engine.title)
        for name, engine in ENGINE_FUNCTIONS.items()
    ]
    more = [
        (
            f"`{name}({_names(function.call, 0, function.optional)})`",
            function.returns,
            function.title,
            _example(function),
        )
        for name, function in sorted(registry.functions.items())
    ]
    return (
        f"{_INTRODUCTION}\n{table(('function', 'returns', 'meaning'), rows)}\n\n## From plugins that ship\n\n"
        + table(("function", "returns", "meaning", "example"), more)
        + "\n\nA plugin adds its own with [`register_functions`](hooks.md#register_functions).\n"
    )


def _names(call: Callable[..., Any], first: int, optional: int) -> str:
    names = list(inspect.signature(call).parameters)[first:]
    needed = len(names) - optional
    return ", ".join(name if index < needed else f"[{name}]" for index, name in enumerate(names))


def _example(function: Function) -> str:
    """Return the first call of the docstring's examples that a query can make, and its answer."""
    for example in doctest.DocTestParser().get_examples(function.call.__doc__ or ""):
        for call in _calls(example.source):
            try:
                arguments = [ast.literal_eval(argument) for argument in call.args]
            except ValueError:
                continue
            answer = json.dumps(function.call(*arguments), ensure_ascii=False)
            return f"`{function.name}({', '.join(map(_literal, arguments))})` gives `{answer}`"
    return ""


def _calls(source: str) -> Iterator[ast.Call]:
    statement = ast.parse(source).body[0]
    value = statement.value if isinstance(statement, ast.Expr) else None
    yield from (one for one in (value.elts if isinstance(value, ast.Tuple) else [value]) if isinstance(one, ast.Call))


def _literal(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else f"`` `{json.dumps(value)}` ``"
