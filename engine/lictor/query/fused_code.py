"""Generates the code of fused queries: lists that several rules walk are walked once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from itertools import takewhile

from lictor.query.budgets import MAX_OUTPUT
from lictor.query.functions import FunctionTable
from lictor.query.fused_scopes import Scope, Shapes
from lictor.query.fused_sharing import SharingGenerator
from lictor.query.operands import Operand
from lictor.query.probes import Ask, Question, Task, tasks_of
from lictor.query.syntax import Tree


class FusedGenerator(SharingGenerator):
    """Generates one function from the queries of many rules."""

    def __init__(
        self,
        table: FunctionTable,
        questions: Mapping[int, Question],
        shapes: Shapes,
        uses: Mapping[object, int] | None,
    ) -> None:
        """Take the questions by number; without `uses`, they are only counted."""
        super().__init__(table, shapes, uses)
        self._questions = questions

    def write(self, others: Iterable[int]) -> str:
        """Return the source of a module whose `evaluate(v0)` tells which questions may have an answer.

        The numbers of `others`, which nothing is known of, are always among them.
        """
        with self.writer.function("def evaluate(v0):", 0) as lines:
            self.writer.line("meter = [steps]")
            self.writer.line(f"said = {{{', '.join(f'{number}: True' for number in others)}}}")
            self.writer.line("@v0")
            tasks = (tasks_of(number, question, self._root) for number, question in self._questions.items())
            self._ask(self._root, [task for found in tasks for task in found])
            self.writer.line("return said")
        evaluate = self._with_nested(lines)
        functions: list[str] = []
        while self._promised:
            functions += self._promised.pop()()
        return "\n".join([*self._opened(functions), *self._opened(evaluate), ""])

    def _ask(self, scope: Scope, tasks: Sequence[Task]) -> None:
        """Write what is asked of one value: the questions about it alone, then lists that several of them walk."""
        walks: dict[object, list[Task]] = {}
        for task in tasks:
            if task.walk is not None:
                walks.setdefault(self._source(task), []).append(task)
        alone = {
            id(found[0])
            for found in walks.values()
            if len(found) == 1 and found[0].walk is not None and found[0].walk.part is None
        }
        by_guard: dict[str, list[Task]] = {}
        for task in tasks:
            if task.walk is None or id(task) in alone:
                by_guard.setdefault(task.guard, []).append(task)
        for guard, plain in by_guard.items():
            with self.writer.block(f"if {guard}:") if guard else nullcontext():
                for task in plain:
                    self._answer(scope, task)
        for key, found in walks.items():
            if id(found[0]) not in alone:
                self._walk(scope, key, found)

    def _source(self, task: Task) -> object:
        """Return what tells lists apart that tasks walk."""
        found = task.walk
        assert found is not None  # noqa: S101 - only asked of tasks that walk a list
        shape = self._shapes.of(found.source, self._questions[task.number])
        return shape.key, task.candidate.key if shape.is_of_candidate and task.candidate else None

    def _answer(self, scope: Scope, task: Task) -> None:
        """Write what is to be found out with no list to share."""
        task, operand = _whole(task), Operand(scope.value)
        with self._trying([task], task.asks):
            self._under(operand, task, task.conditions, lambda: self._conclude(operand, task))

    def _under(self, operand: Operand, task: Task, conditions: Sequence[Ask], body: Callable[[], None]) -> None:
        """Write a body for the case that conditions hold; those about one candidate are one test."""
        if not conditions:
            body()
            return
        candidate = conditions[0][1]
        trees = [tree for tree, _ in takewhile(lambda ask: ask[1] is candidate, conditions)]
        with self._state(self._questions[task.number], candidate):
            test = self.condition(_all_of(trees), operand)
        with self.writer.block(f"if {test.code}:", test.dicts):
            self._under(operand, task, conditions[len(trees) :], body)

    def _conclude(self, operand: Operand, task: Task) -> None:
        if task.last is None:
            self._say([task])
            return
        with self._state(self._questions[task.number], task.candidate):
            result = self.named(self.value(task.last, operand))
            if task.is_requirement:
                self._limit(task.last, result)
        missing = f"not {result.code}" if task.is_requirement else f"{result.code} is not None"
        with self.writer.block(f"if {missing}:"):
            self._say([task])

    def _walk(self, scope: Scope, key: object, tasks: Sequence[Task]) -> None:
        """Write a loop over a list for all tasks that walk it."""
        writer = self.writer
        guarded = [self._guarded(scope, task) for task in tasks]
        guards = tuple(dict.fromkeys(task.guard for task in guarded))
        with writer.block(f"if {' or '.join(guards)}:") if "" not in guards else nullcontext():
            base = self._list(scope, tasks)
            with writer.block(f"if {base}.__class__ is list:"):
                writer.line(f"if len({base}) > {MAX_OUTPUT}:")
                writer.line("    raise too_much_output()")
                self.spend(f"len({base})", max(_weight(task) for task in tasks))
                element = self._element(key, scope)
                with writer.block(f"for {element.value} in {base}:"):
                    with writer.block(f"if {element.value} is None:"):
                        self._say(tasks)
                        writer.line("continue")
                    writer.line(f"@{element.value}")
                    self._ask(element, [task.inside(element) for task in guarded])
            bare = [task for task in tasks if task.walk is not None and task.walk.is_bare]
            if bare:
                with writer.block(f"elif {base} is not None:"):
                    self._say(bare)

    def _list(self, scope: Scope, tasks: Sequence[Task]) -> str:
        """Write the list that tasks walk, and return its name."""
        found = tasks[0].walk
        assert found is not None  # noqa: S101 - only asked of tasks that walk a list
        name = self.writer.name("v")
        question = self._questions[tasks[0].number]
        is_sure = self._shapes.of(found.source, question).is_sure
        if not is_sure:
            self.writer.line(f"{name} = None")
        with self._trying(tasks, [(found.source, tasks[0].candidate)]), self._state(question, tasks[0].candidate):
            self.writer.line(f"{name} = {self.value(found.source, Operand(scope.value)).code}")
        return name

    def _element(self, key: object, outer: Scope) -> Scope:
        value = self.writer.name("v")
        scope = self._scopes[value] = Scope((outer.key, key), value, f"m{value[1:]}", outer)
        return scope

    def _guarded(self, scope: Scope, task: Task) -> Task:
        """Write the test of what must hold before a list is worth walking, and name it."""
        if not task.conditions:
            return task
        writer, name = self.writer, self.writer.name("t")
        writer.line(f"{name} = False")
        with writer.block(f"if {task.guard}:") if task.guard else nullcontext(), self._trying([task], task.conditions):
            self._under(Operand(scope.value), task, task.conditions, lambda: writer.line(f"{name} = True"))
        return task._replace(conditions=(), guard=name)

    def _say(self, tasks: Iterable[Task]) -> None:
        for number in dict.fromkeys(task.number for task in tasks):
            self.writer.line(f"said[{number}] = True")

    @contextmanager
    def _trying(self, tasks: Sequence[Task], asks: Iterable[Ask]) -> Iterator[None]:
        """Write a block; an error in it is told by the rules' own queries."""
        question = self._questions[tasks[0].number]
        if all(self._shapes.of(tree, question).is_sure for tree, _ in asks):
            yield
            return
        with self.writer.block("try:"):
            yield
        with self.writer.block("except Exception:"):
            self._say(tasks)


def _whole(task: Task) -> Task:
    """Make a list that one task alone would walk a condition again."""
    if task.walk is None:
        return task
    return task._replace(conditions=(*task.conditions, (task.walk.whole, task.candidate)), walk=None)


def _weight(task: Task) -> int:
    found = task.walk
    assert found is not None  # noqa: S101 - only asked of tasks that walk a list
    return sum(tree.size for tree in (*found.conditions, found.present, found.part) if tree is not None)


def _all_of(trees: Sequence[Tree]) -> Tree:
    if len(trees) == 1:
        return trees[0]
    return Tree("and_expression", None, tuple(trees), trees[0].offset, 1 + sum(tree.size for tree in trees))
