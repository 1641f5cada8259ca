"""The pieces of generated Python: an expression with what is known of it, and where its value stands."""

from collections.abc import Callable
from typing import Any, Protocol

from lictor.query.syntax import Tree
from lictor.query.writer import Writer
from lictor.values import NamedTuple


class PlaceCode(NamedTuple):
    """Python that gives a value's place: `steps` (names of keys and indices) from the place in `base`.

    `is_path` is true when `base` is sure to hold a Path, so that no call is needed to follow the steps.
    """

    base: str
    steps: tuple[str, ...] = ()
    is_path: bool = False

    def child(self, step: str) -> "PlaceCode":
        """Return the code of the place of a key or an index."""
        return NOWHERE if self.base == "None" else self._replace(steps=(*self.steps, step))

    @property
    def code(self) -> str:
        """The whole expression."""
        if not self.steps:
            return self.base
        steps = f"({', '.join(self.steps)},)"
        if not self.is_path:
            return f"place_at({self.base}, {steps})"
        return f"{self.base} + {steps}"


NOWHERE = PlaceCode("None")


class Operand(NamedTuple):
    """Python that gives a value. `place` is None where places are not asked for.

    `is_name` says that the code may be repeated. `guard`, when set, is the condition under which `raw` is the value,
    which is null otherwise. `kind` is the value's type when that is sure. `literal` holds a constant's one value.
    """

    code: str
    place: PlaceCode | None = None
    is_name: bool = True
    kind: str = ""
    guard: str = ""
    raw: str = ""
    literal: tuple[Any, ...] = ()
    is_present: bool = False

    @property
    def has_places(self) -> bool:
        """Whether places are asked for."""
        return self.place is not None

    @property
    def nowhere(self) -> PlaceCode | None:
        """The place of something computed from this operand."""
        return NOWHERE if self.place is not None else None

    @property
    def without_place(self) -> "Operand":
        """The same value where its place is of no interest, as in a condition."""
        return self._replace(place=None) if self.place is not None else self

    @property
    def place_code(self) -> str:
        """The place as a Python expression: None for a null, which may stand nowhere (a missing key)."""
        if self.place is None or self.place.base == "None":
            return "None"
        if self.is_present:
            return self.place.code
        return f"({self.place.code} if {self.code} is not None else None)"


class Condition(NamedTuple):
    """Python that gives true or false. `dicts` are the names sure to hold objects when it is true."""

    code: str
    dicts: frozenset[str] = frozenset()


class Generator(Protocol):
    """What the parts of code generation ask of one another."""

    writer: Writer
    copies: int
    """How many times the code being written is written already: flattening writes its body twice."""

    def value(self, tree: Tree, operand: Operand) -> Operand:
        """Write code that evaluates a tree on an operand."""

    def condition(self, tree: Tree, operand: Operand) -> Condition:
        """Write code that tests whether a tree is true on an operand."""

    def named(self, operand: Operand) -> Operand:
        """Give an operand a name, so that its code can be repeated."""

    def loop(self, base: Operand, weight: int, begin: "Begin", body: "Body") -> None:
        """Write a loop over a list."""

    def each(self, base: Operand, body: "Body") -> None:
        """Write a loop over what is sure to be a list."""

    def spend(self, steps: str, weight: int) -> None:
        """Write code that takes steps from the budget."""

    def reference(self, tree: Tree) -> str:
        """Write a function for an expression reference and return its name."""


Begin = Callable[[], None]
Body = Callable[[Operand], None]
