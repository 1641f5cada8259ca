"""A request is a choice of one class for each variable; statements are conjunctions of sets of classes.

The search looks for classes that lie in every set of what must match and outside some set of each that must not.
Sets are the bits of an int.
"""

from collections.abc import Iterable, Mapping, Sequence

from lictor_plugins.reasoning.partition import Budget

Clause = Mapping[str, int]
"""For each variable the classes for which a statement can match; a variable that is not there does not matter."""


def restrict(domains: Mapping[str, int], clause: Clause) -> dict[str, int] | None:
    """Return the classes that are left when a clause must match, None when none are."""
    result = dict(domains)
    for variable, mask in clause.items():
        left = result[variable] & mask
        if not left:
            return None
        result[variable] = left
    return result


def search(domains: Mapping[str, int], must_not: Sequence[Clause], budget: Budget) -> dict[str, int] | None:
    """Return classes for every variable such that no clause of `must_not` matches, None when there are none.

    >>> search({"a": 0b11, "b": 0b11}, [{"a": 0b01}, {"a": 0b10, "b": 0b01}], Budget())
    {'a': 2, 'b': 2}
    """
    open_clauses: list[Clause] = []
    for clause in must_not:
        budget.take(2)
        ways = 0
        for variable, mask in clause.items():
            current = domains[variable]
            if not current & mask:
                ways = -1
                break
            ways += bool(current & ~mask)
        if ways == 0:
            return None
        if ways > 0:
            open_clauses.append(clause)
    if not open_clauses:
        return dict(domains)
    # The clause with the fewest ways out leaves the least to try.
    chosen = min(open_clauses, key=lambda clause: sum(bool(domains[name] & ~mask) for name, mask in clause.items()))
    narrowed = dict(domains)
    # The first class of a variable is the plainest, as a key's absence: ways that keep it come first.
    ordered = sorted(chosen.items(), key=lambda item: bool(domains[item[0]] & -domains[item[0]] & item[1]))
    for variable, mask in ordered:
        current = narrowed[variable]
        outside = current & ~mask
        if outside:
            narrowed[variable] = outside
            found = search(narrowed, open_clauses, budget)
            if found is not None:
                return found
            narrowed[variable] = current & mask
    return None


def merge(parts: Iterable[tuple[str, int]]) -> dict[str, int] | None:
    """Make one clause of what has to hold together; None when it can't.

    >>> merge([("a", 0b11), ("b", 0b1), ("a", 0b10)]), merge([("a", 0b01), ("a", 0b10)])
    ({'a': 2, 'b': 1}, None)
    """
    clause: dict[str, int] = {}
    for variable, mask in parts:
        left = clause.get(variable, -1) & mask
        if not left:
            return None
        clause[variable] = left
    return clause


def lowest(mask: int) -> int:
    """Return the number of the first class of a set."""
    return (mask & -mask).bit_length() - 1
