"""What fused code keeps of the values it meets, and which expressions are the same, cheap, or sure to work."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lictor.query.streams import LIST_KINDS
from lictor.query.syntax import Tree
from lictor.values import NamedTuple

if TYPE_CHECKING:
    from lictor.query.probes import Question

_CHEAP_CALLS = frozenset(
    {"contains", "each", "ends_with", "length", "not_null", "parameter", "root", "starts_with", "to_array", "type"}
)
_SURE_CALLS = frozenset({"each", "not_null", "parameter", "root", "to_array", "type"})


@dataclass(eq=False, slots=True)
class Scope:
    """A value that many questions are about: the subject's, or an element of a list that they walk.

    `value` is its name in the code, `memo` that of the list of what is kept about it, `fields` the names of the
    fields that are read at once, `shared` the place in the list and the function of each expression; `is_passed`
    says that some function is given the list.
    """

    key: object
    value: str
    memo: str
    outer: "Scope | None"
    fields: dict[str, str] = field(default_factory=dict)
    shared: dict[object, tuple[str, str]] = field(default_factory=dict)
    is_passed: bool = False

    @property
    def chain(self) -> tuple["Scope", ...]:
        """The scopes around this one, outermost first, and itself."""
        return (*(self.outer.chain if self.outer else ()), self)

    def opening(self, indentation: str) -> Iterator[str]:
        """Yield the lines with which the scope begins."""
        if self.is_passed:
            yield f"{indentation}{self.memo} = [...] * {len(self.shared)}"
        if self.fields:
            yield f"{indentation}if {self.value}.__class__ is dict:"
            for key, name in self.fields.items():
                yield f"{indentation}    {name} = {self.value}.get({key})"
            yield f"{indentation}else:"
            yield f"{indentation}    {' = '.join(self.fields.values())} = None"


class Shape(NamedTuple):
    """What is known of an expression without running it: `key` is the same for expressions that mean the same."""

    key: int
    is_of_candidate: bool
    is_costly: bool
    is_sure: bool


class Shapes:
    """Finds expressions that are the same, in whatever rule they stand."""

    def __init__(self) -> None:
        """Start with none."""
        self._keys: dict[object, int] = {}
        self._known: dict[tuple[int, int], tuple[Shape, Tree]] = {}

    def of(self, tree: Tree, question: "Question") -> Shape:
        """Return the shape of a tree that is asked for a question."""
        place = (id(tree), id(question))
        known = self._known.get(place)
        if known is None:
            # the tree is kept as well, so that its identity stays its own
            known = self._known[place] = (self._make(tree, question), tree)
        return known[0]

    def _make(self, tree: Tree, question: "Question") -> Shape:
        kind, name = tree.kind, tree.value
        if kind == "function_expression" and name == "let":
            inner = self.of(question.let[tree.children[0].value], question)
            return inner._replace(key=self._key(("let", inner.key)), is_of_candidate=True)
        if kind == "function_expression" and name == "parameter":
            return self.of(question.parameters[tree.children[0].value], question)
        children = [self.of(child, question) for child in tree.children]
        is_call = kind == "function_expression"
        is_ordering = kind == "comparator" and name not in ("eq", "ne")
        return Shape(
            self._key((kind, repr(name), *(child.key for child in children))),
            any(child.is_of_candidate for child in children) or (is_call and name == "each"),
            any(child.is_costly for child in children) or kind in LIST_KINDS or (is_call and name not in _CHEAP_CALLS),
            all(child.is_sure for child in children) and not is_ordering and not (is_call and name not in _SURE_CALLS),
        )

    def _key(self, parts: object) -> int:
        return self._keys.setdefault(parts, len(self._keys))
