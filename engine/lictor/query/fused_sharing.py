"""Generates expressions that many rules share: what is asked of one value more than once is kept."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from lictor.query.budgets import MAX_OUTPUT
from lictor.query.conditions import BOOLEAN_KINDS
from lictor.query.functions import FunctionTable
from lictor.query.fused_scopes import Scope, Shapes
from lictor.query.generate import QueryGenerator
from lictor.query.growth import growth
from lictor.query.operands import Condition, Operand
from lictor.query.probes import Question
from lictor.query.streams import LIST_KINDS
from lictor.query.syntax import Tree

_CONDITIONS = LIST_KINDS | BOOLEAN_KINDS | {"and_expression", "or_expression"}
_VALUES = LIST_KINDS | {"and_expression", "or_expression", "function_expression", "pipe"}
_SURROUNDINGS = frozenset({"root", "each", "let", "parameter"})


class SharingGenerator(QueryGenerator):
    """Generates expressions on the values that scopes stand for.

    It is used twice: the first time it counts how often each expression is asked of the same value (`uses`), the
    second time it keeps what is asked more than once. A field is read where its object is met; anything larger is
    worked out when it is first needed, by a function of its own, and put in the list of its scope.
    """

    def __init__(self, table: FunctionTable, shapes: Shapes, uses: Mapping[object, int] | None) -> None:
        """Start counting, or with the uses that were counted the real thing."""
        super().__init__(table)
        self.uses: dict[object, int] = dict(uses or {})
        self._is_counting = uses is None
        self._shapes = shapes
        self._root = Scope((), "v0", "m0", None)
        self._scopes = {"v0": self._root}
        self._question = Question()
        self._candidate: Scope | None = None
        self._is_apart = False
        self._promised: list[Callable[[], list[str]]] = []

    def value(self, tree: Tree, operand: Operand) -> Operand:
        """Write code that evaluates a tree, or takes what it came to from where it is kept."""
        if tree.kind == "function_expression" and tree.value in _SURROUNDINGS:
            return self._surrounding(tree)
        if tree.kind == "field" and (name := self._field(tree, operand)):
            return Operand(name)
        if tree.kind in _VALUES and (code := self._kept(tree, operand, is_test=False)):
            return Operand(code, is_name=False, kind="array" if tree.kind in LIST_KINDS else "")
        return super().value(tree, operand)

    def condition(self, tree: Tree, operand: Operand) -> Condition:
        """Write code that tests a tree, or takes what it came to from where it is kept."""
        if tree.kind in _CONDITIONS and (code := self._kept(tree, operand, is_test=True)):
            return Condition(code)
        return super().condition(tree, operand)

    def _surrounding(self, tree: Tree) -> Operand:
        candidate = self._candidate or self._root
        if tree.value == "root":
            return Operand(self._root.value)
        if tree.value == "each":
            return Operand(candidate.value)
        name = tree.children[0].value
        if tree.value == "parameter":
            return super().value(self._question.parameters[name], Operand(self._root.value))
        asked, operand = self._question.let[name], Operand(candidate.value)
        with self._state(self._question, self._candidate, name in self._question.building):
            if not self._shapes.of(asked, self._question).is_costly:
                return self.value(asked, operand)
            code = self._kept(tree, operand, is_test=False)
            if not code:
                return self._let(asked, operand)
        kind = "array" if asked.kind in LIST_KINDS else "boolean" if asked.kind in BOOLEAN_KINDS else ""
        return Operand(code, is_name=False, kind=kind)

    def _let(self, asked: Tree, operand: Operand) -> Operand:
        result = self.named(self.value(asked, operand))
        self._limit(asked, result)
        return result

    def _limit(self, tree: Tree, result: Operand) -> None:
        """Write the test that a result isn't larger than it may be."""
        if growth(tree) > 1:
            self.writer.line(f"checked({result.code})")
        elif tree.kind not in BOOLEAN_KINDS and tree.kind != "field":
            self.writer.line(f"if {result.code}.__class__ is list and len({result.code}) > {MAX_OUTPUT}:")
            self.writer.line("    raise too_much_output()")

    def _field(self, tree: Tree, operand: Operand) -> str:
        """Return the name of a field of a scope's value, if it is read at once."""
        scope = self._scopes.get(operand.code)
        if scope is None:
            return ""
        key = ("field", scope.key, tree.value)
        if self._is_counting:
            self.uses[key] = self.uses.get(key, 0) + 1
        elif self.uses.get(key, 0) > 1 and not self._is_apart:
            constant = self.writer.constant(tree.value)
            return scope.fields.setdefault(constant, f"x{constant[1:]}_{scope.value[1:]}")
        return ""

    def _kept(self, tree: Tree, operand: Operand, *, is_test: bool) -> str:
        """Return code for what a tree came to, worked out when it is first needed; "" where that would not pay."""
        scope = self._scopes.get(operand.code)
        shape = self._shapes.of(tree, self._question)
        if scope is None or not shape.is_costly:
            return ""
        candidate = (self._candidate or self._root) if shape.is_of_candidate else None
        key = (scope.key, shape.key, candidate.key if candidate else None, self.is_building)
        if self._is_counting:
            self.uses[key, is_test] = self.uses.get((key, is_test), 0) + 1
            return "None" if self.uses[key, is_test] > 1 else ""
        values, tests = self.uses.get((key, False), 0), self.uses.get((key, True), 0)
        if values + tests < 2:  # noqa: PLR2004 - once is not twice
            return ""
        is_test = is_test and not values
        holder = max(scope, candidate or scope, key=lambda each: len(each.chain))
        names = ", ".join(["meter", *(f"{each.value}, {each.memo}" for each in holder.chain)])
        if (key, is_test) not in holder.shared:
            slot, function = f"{holder.memo}[{len(holder.shared)}]", self.writer.name("f")
            holder.shared[key, is_test] = slot, function
            for each in holder.chain:
                each.is_passed = True
            state = self._question, self._candidate, self.is_building
            header = f"def {function}({names}):"
            self._promised.append(lambda: self._work_out(tree, operand, state, header, slot, is_test=is_test))
        slot, function = holder.shared[key, is_test]
        return f"({slot} if {slot} is not ... else {function}({names}))"

    def _work_out(
        self,
        tree: Tree,
        operand: Operand,
        state: tuple[Question, Scope | None, bool],
        header: str,
        slot: str,
        *,
        is_test: bool,
    ) -> list[str]:
        """Return the lines of a function that works out what is kept."""
        with self._state(*state, is_apart=True):
            with self.writer.function(header, 0) as lines:
                if is_test:
                    code = super().condition(tree, operand).code
                elif tree.kind == "function_expression" and tree.value == "let":
                    code = self._let(self._question.let[tree.children[0].value], operand).code
                else:
                    code = super().value(tree, operand).code
                self.writer.line(f"{slot} = result = {code}")
                self.writer.line("return result")
            return self._with_nested(lines)

    def _function(self, tree: Tree, *, has_places: bool) -> str:
        state = self._question, self._candidate, self.is_building
        name = super()._function(tree, has_places=has_places)
        write = self._waiting.pop()

        def write_later() -> None:
            with self._state(*state):
                write()

        self._waiting.append(write_later)
        return name

    @contextmanager
    def _state(
        self, question: Question, candidate: Scope | None, is_building: bool | None = None, *, is_apart: bool = False
    ) -> Iterator[None]:
        """Write on behalf of a question, with its `let` queries and parameters, about a candidate."""
        before = self._question, self._candidate, self.is_building, self._is_apart
        self._question, self._candidate = question, candidate
        self.is_building = question.is_building if is_building is None else is_building
        self._is_apart = self._is_apart or is_apart
        yield
        self._question, self._candidate, self.is_building, self._is_apart = before

    def _with_nested(self, lines: list[str]) -> list[str]:
        """Put the functions that were promised inside a function under its header."""
        while self._waiting:
            self._waiting.pop()()
        nested, self._functions = self._functions, []
        return [lines[0], *nested, *lines[1:]]

    def _opened(self, lines: Iterable[str]) -> Iterator[str]:
        """Write each scope's opening, which is known only when all inside it is written."""
        for line in lines:
            text = line.lstrip()
            if text.startswith("@"):
                yield from self._scopes[text[1:]].opening(line[: -len(text)])
            else:
                yield line
