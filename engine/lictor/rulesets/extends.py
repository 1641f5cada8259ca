"""Follow `extends`: every file that a ruleset is made of, in the order in which they are merged."""

from collections.abc import Callable, Mapping

from lictor.model import Problem, RulesetSource
from lictor.rulesets.layers import Parsed, Placed
from lictor.rulesets.parse import parse_layer
from lictor.values import NamedTuple

Find = Callable[[str, str], RulesetSource | Problem]
"""Give what `extends` names: (target, uri of the file that names it) -> source, or why there is none."""


class Family(NamedTuple):
    """A ruleset's files by uri, in merge order (ancestors first), each with all that it extends, itself included."""

    layers: Mapping[str, Parsed]
    lineages: Mapping[str, frozenset[str]]
    problems: tuple[Problem, ...]


def read_family(text: str, uri: str, find: Find, validated: frozenset[str] = frozenset()) -> Family:
    """Read a ruleset and all that it extends. One that is reached twice is read and merged once."""
    walk = _Walk(find, validated, {}, {}, [])
    walk.visit(text, uri, ())
    return Family(walk.layers, walk.lineages, tuple(walk.problems))


class _Walk(NamedTuple):
    find: Find
    validated: frozenset[str]
    layers: dict[str, Parsed]
    lineages: dict[str, frozenset[str]]
    problems: list[Problem]

    def visit(self, text: str, uri: str, above: tuple[str, ...]) -> frozenset[str]:
        parsed, problems = parse_layer(text, uri, validated=text in self.validated)
        self.problems.extend(problems)
        lineage = frozenset({uri})
        for target in parsed.extends if parsed else ():
            lineage |= self._follow(target, (*above, uri))
        self.lineages[uri] = lineage
        if parsed is not None:
            self.layers[uri] = parsed
        return lineage

    def _follow(self, target: Placed[str], above: tuple[str, ...]) -> frozenset[str]:
        source = self.find(target.value, above[-1])
        if isinstance(source, Problem):
            self.problems.append(_at(source, target))
            return frozenset()
        if source.uri in above:
            circle = " -> ".join((*above[above.index(source.uri) :], source.uri))
            hint = "drop one of the 'extends'"
            message = f"a ruleset can't extend itself: {circle}"
            self.problems.append(Problem("extends-cycle", message, "ruleset", hint=hint, location=target.location))
            return frozenset()
        if source.uri in self.lineages:
            return self.lineages[source.uri]
        return self.visit(source.text, source.uri, above)


def _at(problem: Problem, target: Placed[str]) -> Problem:
    return problem._replace(location=problem.location or target.location)
