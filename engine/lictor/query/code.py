"""What a query is compiled to, in a form that can be kept: instructions, and how to make its constants again."""

import marshal
from collections.abc import Callable, Mapping, MutableMapping
from types import CodeType, FunctionType
from typing import Any

from lictor.query.functions import FunctionTable
from lictor.values import NamedTuple

_FILE_NAME = "<lictor query>"


class Recipe(NamedTuple):
    """A constant that can't be kept as a value, such as a function that knows its place in the query."""

    make: Callable[..., Any]
    arguments: tuple[Any, ...]

    def prepare(self, table: FunctionTable) -> Any:  # noqa: ANN401 - whatever it makes
        """Make the constant; what comes from the function table is asked of the one at hand."""
        if self.make in (FunctionTable.site, FunctionTable.located_site):
            return self.make(table, *self.arguments)
        return self.make(*self.arguments)


class Source(NamedTuple):
    """Generated Python that defines `evaluate`, its constants by our own names, the growth of the query's result."""

    text: str
    constants: Mapping[str, Any]
    builds: bool = False


class Code(NamedTuple):
    """A compiled query: its instructions, constants by our own names, the growth of its result.

    The instructions are a marshalled module, or the body of a function that returns `evaluate`. `builds` says that the
    result may hold one value in several places, and so be much larger than the document.
    """

    instructions: bytes | CodeType
    constants: Mapping[str, Any]
    builds: bool

    def load(self, names: Mapping[str, Any], table: FunctionTable) -> Callable[..., Any]:
        """Return the function, which sees `names` and its constants and nothing else."""
        scope = dict(names)
        for name, constant in self.constants.items():
            scope[name] = constant.prepare(table) if constant.__class__ is Recipe else constant
        function: Callable[..., Any]
        if isinstance(self.instructions, CodeType):
            function = FunctionType(self.instructions, scope)()
        else:
            instructions: CodeType = marshal.loads(self.instructions)  # noqa: S302 - made by `compile_source` below
            exec(instructions, scope)  # noqa: S102 - our own text: names and constants by reference, nothing of the query
            function = scope["evaluate"]
        return function


Codes = MutableMapping[tuple[str, bool], Code]
"""Compiled queries by their text and whether they carry places."""


def compile_source(source: Source) -> Code:
    """Compile generated Python."""
    return Code(marshal.dumps(compile(source.text, _FILE_NAME, "exec")), dict(source.constants), source.builds)
