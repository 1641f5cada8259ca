"""Circles: sets of nodes that can all become one another (strongly connected components, by Kosaraju's two walks)."""

from collections.abc import Iterable, Iterator, Mapping

from lictor_plugins.access_graph.model import Edge


def cycles(edges: Iterable[Edge]) -> Iterator[tuple[str, ...]]:
    """Yield the sets of nodes that can all become one another, in order.

    >>> two = [Edge(*pair, "assume-role", "always", "") for pair in ("ab", "ba", "bc")]
    >>> list(cycles(two))
    [('a', 'b')]
    """
    onward: dict[str, set[str]] = {}
    back: dict[str, set[str]] = {}
    for edge in edges:
        onward.setdefault(edge.source, set()).add(edge.target)
        back.setdefault(edge.target, set()).add(edge.source)
    seen: set[str] = set()
    finished = [node for start in sorted(onward) for node in _finished(start, onward, seen)]
    seen.clear()
    found = []
    for start in reversed(finished):
        members = tuple(sorted(_finished(start, back, seen)))
        if len(members) > 1:
            found.append(members)
    yield from sorted(found)


def _finished(start: str, targets: Mapping[str, set[str]], seen: set[str]) -> Iterator[str]:
    """Yield the nodes that are reached first from here, each after all that it leads to.

    The stack is kept by hand: a chain of a thousand roles is deeper than Python's own.
    """
    if start in seen:
        return
    seen.add(start)
    work = [(start, iter(sorted(targets.get(start, ()))))]
    while work:
        node, rest = work[-1]
        new = next((each for each in rest if each not in seen), None)
        if new is None:
            work.pop()
            yield node
        else:
            seen.add(new)
            work.append((new, iter(sorted(targets.get(new, ())))))
