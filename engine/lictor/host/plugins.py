"""Load plugins and ask each what it registers. What goes wrong with one is its own Problem; the rest runs."""

import contextlib
import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy

from lictor import hookspecs
from lictor.errors import LictorError, describe_exception, did_you_mean
from lictor.host.entry_points import EntryPoint
from lictor.host.fields import refuse_wrong_fields
from lictor.host.loaded import Plugin, Plugins, RuleSource, finish_nothing
from lictor.model import (
    Combiner,
    CommandSource,
    ExecutorFactory,
    Function,
    Kind,
    Loader,
    NamedCheck,
    Problem,
    Report,
    Reporter,
    Rule,
    RuleDirectory,
    RulesetSource,
    Source,
)
from lictor.registry import Registry

if TYPE_CHECKING:
    from lictor.host.copies import Copier

PROJECT = "lictor"

_REGISTERED: Mapping[str, tuple[str, tuple[type, ...]]] = {
    "register_loaders": ("loaders", (Loader,)),
    "register_kinds": ("kinds", (Kind,)),
    "register_functions": ("functions", (Function,)),
    "register_checks": ("checks", (NamedCheck,)),
    "register_rules": ("rules", (Rule, RuleDirectory)),
    "register_rulesets": ("rulesets", (RulesetSource,)),
    "register_combiners": ("combiners", (Combiner,)),
    "register_reporters": ("reporters", (Reporter,)),
    "register_executors": ("executors", (ExecutorFactory,)),
    "register_commands": ("commands", (CommandSource,)),
    "register_sources": ("sources", (Source,)),
}


def load_plugins(
    entry_points: Iterable[EntryPoint],
    *,
    blocked: Iterable[str] = (),
    only: Iterable[str] | None = None,
) -> Plugins:
    """Import the plugins, call their registering hooks, and freeze the outcome.

    `blocked` names plugins that are not loaded; with `only`, just the named ones and lictor's own are.
    """
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    chosen, problems = _choose(tuple(entry_points), frozenset(blocked), None if only is None else frozenset(only))
    registrations = _Registrations(problems)
    plugins = []
    for point in chosen:
        module = _import(point, problems)
        if module is not None:
            problems.extend(_misspelt_hooks(point, module))
            manager.register(module, name=point.name)
            plugins.append(_ask(manager, point, registrations))
    return Plugins(
        tuple(plugins), registrations.freeze(), tuple(registrations.rule_sources), tuple(problems), _finisher(manager)
    )


def _choose(
    points: tuple[EntryPoint, ...], blocked: frozenset[str], only: frozenset[str] | None
) -> tuple[list[EntryPoint], list[Problem]]:
    known = {point.name for point in points}
    problems = [
        _problem(
            "unknown-plugin", f"no plugin '{name}'", did_you_mean(name, known) or "lictor plugins lists them", "usage"
        )
        for name in sorted((blocked | (only or frozenset())) - known)
    ]
    chosen: dict[str, EntryPoint] = {}
    for point in points:
        if point.name in blocked or (only is not None and point.name not in only and point.distribution != PROJECT):
            continue
        twin = chosen.setdefault(point.name, point)
        if twin is not point:
            problems.append(_duplicate("plugin", point.name, twin.distribution, point.distribution))
    return list(chosen.values()), problems


def _import(point: EntryPoint, problems: list[Problem]) -> Any | None:  # noqa: ANN401 - a module or an object
    try:
        with _quiet(point, problems):
            module_name, _, attribute = point.module.partition(":")
            module = import_module(module_name)
            return getattr(module, attribute) if attribute else module
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a plugin may raise anything
        missing = getattr(error, "name", None)
        hint = (
            f"install what it needs: pip install {missing}"
            if isinstance(error, ModuleNotFoundError) and missing
            else f"run without it: -p no:{point.name}"
        )
        problems.append(
            _problem(
                "plugin-import",
                f"plugin '{point.name}' of {point.distribution} can't be imported: {_said(error)}",
                hint,
            )
        )
        return None


def _misspelt_hooks(point: EntryPoint, module: Any) -> Iterator[Problem]:  # noqa: ANN401 - a module or an object
    known = [name for name in vars(hookspecs) if name in _REGISTERED or name == "finish"]
    for name, value in vars(module).items():
        if getattr(value, f"{PROJECT}_impl", None) is not None and name not in known:
            yield _problem(
                "unknown-hook",
                f"plugin '{point.name}' of {point.distribution} implements '{name}', which is no hook",
                did_you_mean(name, known) or f"hooks are {', '.join(known)}",
            )


def _ask(manager: pluggy.PluginManager, point: EntryPoint, registrations: "_Registrations") -> Plugin:
    registered: dict[str, tuple[str, ...]] = {}
    for caller in manager.get_hookcallers(manager.get_plugin(point.name)) or ():
        if caller.name in _REGISTERED:
            area, types = _REGISTERED[caller.name]
            for implementation in caller.get_hookimpls():
                if implementation.plugin_name == point.name:
                    names = registrations.collect(point, caller.name, area, types, implementation.function)
                    registered[area] = (*registered.get(area, ()), *names)
    return Plugin(point.name, point.distribution, point.version, point.module, registered)


class _Registrations:
    """What was registered so far; only lives while plugins are being loaded."""

    def __init__(self, problems: list[Problem]) -> None:
        self.rule_sources: list[RuleSource] = []
        self._problems = problems
        self._areas: dict[str, dict[str, Any]] = {area: {} for area, _ in _REGISTERED.values()}
        self._owners: dict[tuple[str, str], str] = {}
        self._copiers: dict[str, Copier] = {}

    def collect(
        self,
        point: EntryPoint,
        hook: str,
        area: str,
        types: tuple[type, ...],
        implementation: Callable[..., Any],
    ) -> tuple[str, ...]:
        """Call one hook of one plugin; return the names that it registered."""
        names: list[str] = []
        try:
            with _quiet(point, self._problems):
                for item in implementation():
                    refuse_wrong_fields(item, types)
                    if isinstance(item, RuleDirectory):
                        self.rule_sources.append(RuleSource(Path(item.path), point.name, point.distribution))
                    else:
                        names.append(self._add(point, area, item))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - a plugin may raise anything
            self._problems.append(
                _problem(
                    "plugin-error",
                    f"plugin '{point.name}' of {point.distribution} raised in {hook}: {_said(error)}",
                    f"run without it: -p no:{point.name}",
                )
            )
        return tuple(names)

    def _add(self, point: EntryPoint, area: str, item: Any) -> str:  # noqa: ANN401 - any registered type
        name: str = item.id if area in ("rules", "rulesets") else item.name
        if area == "rules" and not item.distribution:
            item = item._replace(distribution=point.distribution)
        owner = self._owners.setdefault((area, name), point.distribution)
        if name in self._areas[area]:
            self._problems.append(_duplicate(area.removesuffix("s"), name, owner, point.distribution))
        else:
            self._areas[area][name] = item if point.distribution == PROJECT else self._harmless(point, item)
        return name

    def _harmless(self, point: EntryPoint, item: Any) -> Any:  # noqa: ANN401 - any registered type
        from lictor.host.copies import Copier  # only where somebody else's plugin is installed

        return self._copiers.setdefault(point.name, Copier()).wrap(item)

    def freeze(self) -> Registry:
        """Return everything as plain mappings."""
        return Registry(**self._areas)


def _finisher(manager: pluggy.PluginManager) -> Callable[[Report], tuple[Problem, ...]]:
    if not manager.hook.finish.get_hookimpls():
        return finish_nothing

    def finish(report: Report) -> tuple[Problem, ...]:
        problems: list[Problem] = []
        for implementation in manager.hook.finish.get_hookimpls():
            point = EntryPoint(implementation.plugin_name, "", implementation.plugin_name, "")
            try:
                with _quiet(point, problems):
                    implementation.function(*([report] if implementation.argnames else []))
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # noqa: BLE001 - a plugin may raise anything
                problems.append(
                    _problem(
                        "plugin-error",
                        f"plugin '{point.name}' raised in finish: {_said(error)}",
                        f"run without it: -p no:{point.name}",
                    )
                )
        return tuple(problems)

    return finish


@contextlib.contextmanager
def _quiet(point: EntryPoint, problems: list[Problem]) -> Iterator[None]:
    """Keep what a plugin prints out of the output, which may be read by a machine, and say that it printed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        yield
    if printed.getvalue():
        first = printed.getvalue().strip().splitlines()[:1]
        problems.append(
            _problem(
                "plugin-output",
                f"plugin '{point.name}' printed {first[0] if first else 'an empty line'!r}",
                "plugins must not print",
                level="warning",
            )
        )


def _duplicate(what: str, name: str, first: str, second: str) -> Problem:
    both = f"by {first} and {second}" if first != second else f"twice by {first}"
    return _problem(
        "duplicate-name", f"{what} '{name}' is registered {both}", "rename one, or run without one: -p no:PLUGIN"
    )


def _problem(code: str, message: str, hint: str, phase: Any = "plugin", level: Any = "error") -> Problem:  # noqa: ANN401 - literals, checked by Problem's users
    return Problem(code, message, phase, level, hint)


def _said(error: BaseException) -> str:
    """Say what was raised in one line."""
    if isinstance(error, LictorError):
        return "; ".join(problem.message for problem in itertools.islice(error.problems, 3))
    return describe_exception(error)
