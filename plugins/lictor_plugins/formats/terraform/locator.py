"""Where the parts of evaluated values stand in one file."""

from collections.abc import Iterator, Mapping
from typing import Any

from lictor import EMBEDDED, Highlight, Path, Region, lines_of
from lictor_plugins.formats.terraform.json_values import opened
from lictor_plugins.formats.terraform.values import Choice, Fields, Items, Origin, Value

_ROOT = 3
"""A resource's path has three elements: its mode, type and name."""

IF = "Fn::If"
"""How a choice is written where policies are read, as CloudFormation writes it."""


class Locator:
    """Finds regions; it is a Document's `locate`. `roots` gives the evaluated value of each block by its path."""

    def __init__(self, uri: str, text: str, roots: Mapping[Path, Value]) -> None:
        """Take a file, and what the paths of its document begin with."""
        self.uri = uri
        self.text = text
        self.roots = roots
        self.found: Any = None
        self._opened: dict[int, tuple[Value, Value | None]] = {}

    def __call__(self, path: Path, highlight: Highlight) -> Region:
        """Return the region of a path, or of its closest ancestor in this file."""
        value: Origin | None = None
        key: Origin | None = None
        for origins, named, _ in self.walk(path):
            here = self._nearest(origins, value)
            own_key = named if named is not None and named.uri == self.uri else None
            if here is not None:
                value, key = here, own_key
            elif own_key is not None:
                value, key = own_key, own_key
            else:
                key = None
        chosen = key if highlight == "key" and key is not None else value
        if chosen is None:
            return lines_of(self.text).region(0, 0) if path else lines_of(self.text).region(0, len(self.text))
        return lines_of(self.text).region(chosen.start, chosen.end)

    def owner(self, path: Path) -> tuple[str, int]:
        """Return the file in which the policy that a path leads into is written, and how long the path to it is.

        The length is 0 for a statement of a policy that is put together of several files, and for what is in it.
        """
        uri, length = self.uri, len(path)
        for index, (origins, _, taken) in enumerate(self.walk(path)):
            if origins and (index == 0 or path[taken - 1 : taken] == (EMBEDDED,)):
                uri, length = origins[0].uri, taken
            elif _is_statement(path[:taken]) and origins and all(origin.uri != uri for origin in origins):
                uri, length = origins[0].uri, 0
        return uri, length

    def walk(self, path: Path) -> Iterator[tuple[tuple[Origin, ...], Origin | None, int]]:
        """Yield the origins of each value along a path, its key's place, and how many elements led there."""
        root = next((length for length in range(min(len(path), _ROOT + 1), 0, -1) if path[:length] in self.roots), 0)
        value: Value | None = self.roots.get(path[:root]) if root else None
        taken = root
        while value is not None:
            yield value.origins, None, taken
            while taken < len(path) and value is not None:
                value, key, step = self._step(value, path[taken:])
                if value is None:
                    return
                taken += step
                yield value.origins, key, taken
            return

    def _step(self, value: Value, path: Path) -> tuple[Value | None, Origin | None, int]:
        element = path[0]
        if element == EMBEDDED:
            known = self._opened.get(id(value))
            if known is None:
                known = self._opened[id(value)] = (value, opened(value))
            return known[1], None, 1
        if element == IF and isinstance(value, Choice):
            index = path[1] - 1 if len(path) > 1 and isinstance(path[1], int) else 0
            return (value.options[index] if index < len(value.options) else None), None, 2
        if isinstance(value, Fields) and isinstance(element, str):
            return value.fields.get(element), value.keys.get(element), 1
        if isinstance(value, Items) and isinstance(element, int) and 0 <= element < len(value.items):
            return value.items[element], None, 1
        return None, None, 1

    def _nearest(self, origins: tuple[Origin, ...], around: Origin | None) -> Origin | None:
        """Return the place that stands inside what is around it, else the one that it is written out at."""
        own = [origin for origin in origins if origin.uri == self.uri]
        if around is not None:
            inside = [origin for origin in own if around.start <= origin.start and origin.end <= around.end]
            own = inside or own
        return own[0] if own else None


def _is_statement(path: Path) -> bool:
    return EMBEDDED in path and path[-2:-1] == ("Statement",) and isinstance(path[-1], int)
