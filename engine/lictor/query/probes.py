"""What a rule asks, taken apart so that rules can share what they look at: conditions, and lists that they walk."""

from collections.abc import Iterator, Mapping

from lictor.model import EMPTY
from lictor.query.errors import QueryError
from lictor.query.fused_scopes import Scope
from lictor.query.growth import builds_arguments
from lictor.query.screen import Probe
from lictor.query.streams import LIST_KINDS
from lictor.query.syntax import Tree, parse, walk
from lictor.values import NamedTuple

_OUT_OF_REACH = frozenset({"subject", "parent"})
_NAMED = frozenset({"let", "parameter"})


class Question(NamedTuple):
    """A rule's queries as trees.

    `is_building` says that functions in them may be given values larger than the document; `building` names the `let`
    queries of which that is so.
    """

    for_each: Tree | None = None
    deny: Tree | None = None
    require: Tree | None = None
    open: Tree | None = None
    let: Mapping[str, Tree] = EMPTY
    parameters: Mapping[str, Tree] = EMPTY
    is_building: bool = False
    building: frozenset[str] = frozenset()


Ask = tuple[Tree, Scope | None]
"""A condition, and the candidate that `each()` and `let()` in it are about; None is no candidate."""


class Walk(NamedTuple):
    """A list to walk, and what must hold of an element. `whole` is the query that the list is part of.

    A `for-each` has a part of the rule to put to each element, and with `is_bare` any value is an element; the filter
    of a condition may want something `present` in the element.
    """

    whole: Tree
    source: Tree
    conditions: tuple[Tree, ...] = ()
    present: Tree | None = None
    is_bare: bool = False
    part: Tree | None = None
    is_requirement: bool = False


class Task(NamedTuple):
    """One thing to find out about one value: when all conditions hold, the list is walked or the last query asked.

    With neither, conditions that hold are all there is to it. `guard` names what was found to hold further out.
    """

    number: int
    conditions: tuple[Ask, ...]
    candidate: Scope | None
    walk: Walk | None = None
    last: Tree | None = None
    is_requirement: bool = False
    guard: str = ""

    @property
    def asks(self) -> Iterator[Ask]:
        """Every query that is asked before a list is walked."""
        yield from self.conditions
        if self.last is not None:
            yield self.last, self.candidate

    def inside(self, element: Scope) -> "Task":
        """Return what is to be found out about an element of the list that this task walks."""
        found = self.walk
        assert found is not None  # noqa: S101 - only asked of tasks that walk a list
        conditions = tuple((tree, self.candidate) for tree in found.conditions)
        inner = Task(self.number, conditions, self.candidate, guard=self.guard)
        if found.part is not None:
            return _with_part(inner._replace(candidate=element), found.part, is_requirement=found.is_requirement)
        return _split(inner) if found.present is None else inner._replace(last=found.present)


def read_probe(probe: Probe) -> Question:
    """Parse a rule's queries. Raises QueryError for what is wrong, and for what can't be fused."""
    let = {name: parse(text) for name, text in probe.let.items()}
    parameters = {name: Tree("literal", value, (), 0, 1) for name, value in probe.parameters.items()}
    for_each, deny, require, unsure = (
        parse(text) if text else None for text in (probe.for_each, probe.deny, probe.require, probe.open)
    )
    trees = [tree for tree in (for_each, deny, require, unsure) if tree is not None]
    building = frozenset(name for name, tree in let.items() if builds_arguments(tree))
    question = Question(for_each, deny, require, unsure, let, parameters, any(map(builds_arguments, trees)), building)
    _refuse([*trees, *let.values()], question)
    _refuse_circles(let)
    if for_each is not None and "each" in _calls(for_each, let):
        raise _not_fused("for-each has no candidate")
    return question


def tasks_of(number: int, question: Question, root: Scope) -> Iterator[Task]:
    """Yield what is to be found out about a subject's value for one rule."""
    for tree, is_requirement in ((question.deny, False), (question.require, True), (question.open, False)):
        if tree is None:
            continue
        if question.for_each is None:
            yield _with_part(Task(number, (), root), tree, is_requirement=is_requirement)
        else:
            found = _for_each(question.for_each)._replace(part=tree, is_requirement=is_requirement)
            yield Task(number, (), None, found)


def _with_part(task: Task, tree: Tree, *, is_requirement: bool) -> Task:
    if is_requirement:
        return task._replace(last=tree, is_requirement=True)
    conditions = tuple((each, task.candidate) for each in _conjuncts(tree))
    return _split(task._replace(conditions=(*task.conditions, *conditions)))


def _split(task: Task) -> Task:
    """Make the last condition a list to walk, when it is one."""
    if not task.conditions:
        return task
    tree, candidate = task.conditions[-1]
    if not _is_walk(tree):
        return task
    *_, right = tree.children
    conditions = _conjuncts(tree.children[1]) if tree.kind == "filter_projection" else ()
    present = None if right.kind == "identity" else right
    found = Walk(tree, tree.children[0], conditions, present)
    return task._replace(conditions=task.conditions[:-1], candidate=candidate, walk=found)


def _for_each(tree: Tree) -> Walk:
    if tree.kind == "filter_projection" and _is_walk(tree) and tree.children[2].kind == "identity":
        return Walk(tree, tree.children[0], _conjuncts(tree.children[1]))
    return Walk(tree, tree, is_bare=True)


def _is_walk(tree: Tree) -> bool:
    return tree.kind in ("filter_projection", "projection") and tree.children[0].kind not in LIST_KINDS


def _conjuncts(tree: Tree) -> tuple[Tree, ...]:
    if tree.kind != "and_expression":
        return (tree,)
    return tuple(inner for child in tree.children for inner in _conjuncts(child))


def _refuse(trees: list[Tree], question: Question) -> None:
    """Refuse what only a rule's own queries know how to answer."""
    for node in (node for tree in trees for node in walk(tree) if node.kind == "function_expression"):
        if node.value in _OUT_OF_REACH:
            raise _not_fused(f"{node.value}() is asked of one rule at a time")
        if node.value in _NAMED:
            known = question.let if node.value == "let" else question.parameters
            if len(node.children) != 1 or not _is_text(node.children[0]) or node.children[0].value not in known:
                raise _not_fused(f"{node.value}() is not given a name that is known")
        elif node.value in ("each", "root") and node.children:
            raise _not_fused(f"{node.value}() takes nothing")


def _is_text(tree: Tree) -> bool:
    return tree.kind == "literal" and isinstance(tree.value, str)


def _refuse_circles(let: Mapping[str, Tree]) -> None:
    waiting = {name: _names(tree) for name, tree in let.items()}
    while ready := [name for name, needed in waiting.items() if not needed & waiting.keys()]:
        for name in ready:
            del waiting[name]
    if waiting:
        raise _not_fused("a let query needs its own answer")


def _names(tree: Tree) -> set[str]:
    calls = (node for node in walk(tree) if node.kind == "function_expression" and node.value == "let")
    return {node.children[0].value for node in calls}


def _calls(tree: Tree, let: Mapping[str, Tree]) -> set[str]:
    """Return every function that a query calls, also through `let` queries, which do not go in circles."""
    reached, waiting, called = set[str](), [tree], set[str]()
    while waiting:
        current = waiting.pop()
        called |= {node.value for node in walk(current) if node.kind == "function_expression"}
        fresh = _names(current) - reached
        reached |= fresh
        waiting += [let[name] for name in fresh]
    return called


def _not_fused(why: str) -> QueryError:
    return QueryError("query-context", f"this query is not fused: {why}")
