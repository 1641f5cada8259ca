"""The page of hooks: what each returns, and the types that plugins work with, as their source has them."""

import inspect
import re
import textwrap
import typing
from collections.abc import Iterator

from lictor import hookspecs, model

_INTRODUCTION = """\
# Hooks

A plugin is a module with functions marked `@lictor.hookimpl`. Its distribution names it under the entry-point group
`lictor`; [a team plugin](../how-to/team-plugin.md) shows how. Hooks are called once, when lictor starts. Each
registering hook returns an iterable of one type; all types can be imported from `lictor`.
"""

_MORE = (
    *("Subject", "Document", "Match", "RelatedMatch", "Loaded", "Budgets", "Answer", "Decision", "ReportOptions"),
    *("Revision", "PluginName"),
    *("Report", "Finding", "Verdict", "Problem", "Location", "Region", "FlowStep", "Receipt"),
)
"""What the hooks' own types are made of, in the order in which a plugin meets them."""


def hooks() -> str:
    """Return the page."""
    return f"{_INTRODUCTION}\n" + "\n".join(_sections())


def _sections() -> Iterator[str]:
    shown: set[str] = set()
    for name, function in vars(hookspecs).items():
        if name.startswith("register_") or name == "finish":
            signature = re.sub(r"[a-z_]+\.(?:[a-z_]+\.)*", "", str(inspect.signature(function)))
            yield f"## {name}\n\n```python\ndef {name}{signature}: ...\n```\n\n{inspect.getdoc(function)}\n"
            for type_ in _returned(function):
                shown.add(type_.__name__)
                yield _source(type_)
    yield "## Types that these use\n"
    for name in _MORE:
        if name not in shown:
            yield _source(getattr(model, name))


def _returned(function: object) -> Iterator[type]:
    """Yield the types in `Iterable[A | B]`."""
    returned = typing.get_type_hints(function).get("return")
    for item in typing.get_args(returned):
        yield from typing.get_args(item) or (item,)


def _source(type_: type) -> str:
    return f"```python\n{textwrap.dedent(inspect.getsource(type_)).rstrip()}\n```\n"
