"""Which modules of a directory tree call a module: where the values of its variables come from."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from lictor import Budgets, Neighbours
from lictor_plugins.formats.terraform.evaluate import Budget
from lictor_plugins.formats.terraform.instances import MOST_CALLS, Instance
from lictor_plugins.formats.terraform.modules import Module, is_terraform, module_in, text_at

_MOST_FOLDERS = 3_000
_MOST_INSTANCES = 12
"""Calls of one module that are looked at; what they give it seldom differs in more ways."""

_NEVER_ENTERED = frozenset({".git", ".terraform", ".terragrunt-cache", "node_modules", ".venv"})
_LOCAL_SOURCE = re.compile(r'"?\bsource"?\s*[=:]\s*"(\.\.?/[^"$]*)"')


def instances_of(module: Module, neighbours: Neighbours | None, budgets: Budgets) -> tuple[Instance, ...]:
    """Return a module once for each call of it in the tree; one that nobody calls is a root module.

    All files of a module share these, as long as they agree about what is declared.
    """
    key = f"terraform-instances:{module.directory}"
    if neighbours is None or not module.is_clear:
        return _instances(module, neighbours, budgets)
    known: tuple[Instance, ...] | None = neighbours.memo.get(key)
    if known is None or known[0].module is not module:
        known = _instances(module, neighbours, budgets)
        neighbours.memo[key] = known
    for instance in known:
        instance.budget.refill()
    return known


def _instances(module: Module, neighbours: Neighbours | None, budgets: Budgets) -> tuple[Instance, ...]:
    found: list[Instance] = []
    if neighbours is not None:
        for instance in _called(module.directory, neighbours, budgets, Budget(), 0, frozenset()):
            found.append(replace(instance, module=module))
            if len(found) >= _MOST_INSTANCES:
                break
    return tuple(found) or (Instance(module, neighbours, budgets),)


def _called(
    directory: str, neighbours: Neighbours, budgets: Budgets, budget: Budget, level: int, seen: frozenset[str]
) -> Iterator[Instance]:
    """Yield the calls of a directory, each with what its callers are called with."""
    callers = _callers(neighbours).get(directory, ())
    if level >= MOST_CALLS or directory in seen:
        return
    for caller in callers:
        module = module_in(caller, neighbours, budgets)
        above = list(_called(caller, neighbours, budgets, budget, level + 1, seen | {directory}))
        for parent in above or [Instance(module, neighbours, budgets, budget=budget)]:
            for declared in module.modules.values():
                if parent.called_directory(declared) == directory:
                    yield from parent.calls_at(declared)


def _callers(neighbours: Neighbours) -> Mapping[str, tuple[str, ...]]:
    """Return, for each directory that is called by a path, the directories that do so; read once in a run."""
    known = neighbours.memo.get("terraform-callers")
    if known is None:
        table: dict[str, dict[str, None]] = {}
        for folder in _folders(neighbours):
            for uri in neighbours.files(folder):
                if not is_terraform(uri):
                    continue
                text = text_at(uri, neighbours) or ""
                for found in _LOCAL_SOURCE.finditer(text):
                    called = posixpath.normpath(posixpath.join(folder, found[1]))
                    table.setdefault("" if called == "." else called, {})[folder] = None
        known = {called: tuple(callers) for called, callers in table.items()}
        neighbours.memo["terraform-callers"] = known
    found_callers: Mapping[str, tuple[str, ...]] = known
    return found_callers


def _folders(neighbours: Neighbours) -> Iterator[str]:
    waiting, count = [""], 0
    while waiting and count < _MOST_FOLDERS:
        folder = waiting.pop()
        count += 1
        yield folder
        inner = [uri for uri in neighbours.folders(folder) if uri.rpartition("/")[2] not in _NEVER_ENTERED]
        waiting += reversed(inner)
