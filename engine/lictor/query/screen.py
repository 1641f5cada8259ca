"""Ask many rules at once whether they have anything to say of a value: the face of fused queries.

Generating the code needs jmespath and takes some milliseconds a rule; running what was kept needs neither.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lictor.model import EMPTY
from lictor.query.budgets import MAX_OUTPUT, MAX_STEPS, size, too_much_output
from lictor.query.code import Code, Codes, Source
from lictor.query.compiled import NAMES
from lictor.query.functions import FunctionTable
from lictor.query.value_types import Json
from lictor.values import NamedTuple

_STEPS = MAX_STEPS // 5
"""What asking all rules at once may cost; a value that takes more is put to each rule's own queries, which have their
own budgets."""


class Probe(NamedTuple):
    """A rule's queries as text, "" where there is none, with the parameters that they are asked with."""

    for_each: str = ""
    deny: str = ""
    require: str = ""
    open: str = ""
    let: Mapping[str, str] = EMPTY
    parameters: Mapping[str, Any] = EMPTY


Screen = Callable[[Json], Mapping[int, bool]]
"""Takes a value; the keys of what it returns are the numbers of the probes that may have something to say of it.

It may raise what a query raises; then nothing is known of any of them.
"""


def find_screen(name: str, probes: Sequence[Probe], table: FunctionTable, codes: Codes, *, make: bool) -> Screen | None:
    """Return the screen of some rules, from `codes` when it was made before; None when it was not, and may not be now.

    A rule whose queries can't be fused is among those that may speak, whatever the value.
    """
    key = screen_key(name, probes)
    code = codes.get(key)
    if code is None and make:
        code = codes[key] = make_screen(probes, table)
    return code.load(_NAMES, table) if code is not None else None


def screen_key(name: str, probes: Sequence[Probe]) -> tuple[str, bool]:
    """Return what a screen is kept by among the codes of queries."""
    described = [(*probe[:4], tuple(probe.let.items()), tuple(probe.parameters.items())) for probe in probes]
    return f"\0screen of {name} {len(probes)} {zlib.crc32(repr(described).encode()):08x}", False


def make_screen(probes: Sequence[Probe], table: FunctionTable) -> Code:
    """Generate the code of a screen."""
    from lictor.query.code import compile_source

    return compile_source(screen_source(probes, table))


def screen_source(probes: Sequence[Probe], table: FunctionTable) -> Source:
    """Return the generated Python of a screen."""
    from lictor.query.fused import fuse

    return Source(*fuse(probes, table))


def checked(value: Json) -> Json:
    """Return a value. Raises QueryError when it holds more than a query's result may."""
    if value.__class__ in (list, dict) and size(value) > MAX_OUTPUT:
        raise too_much_output()
    return value


_NAMES: Mapping[str, Any] = {
    **NAMES,
    "__builtins__": {**NAMES["__builtins__"], "Exception": Exception},
    "steps": _STEPS,
    "checked": checked,
}
"""All that fused code can reach, beside its constants."""
