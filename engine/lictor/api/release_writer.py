"""Make what an installed lictor brings ready-made (`release`); run when a wheel is built, by hatch_build.py.

`python -m lictor.api.release_writer OUT NAME=MODULE...` writes a package to OUT, made of the plugins with these entry
points. It prints what is wrong with them and exits 1 when anything is.
"""

import pickle
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from textwrap import indent

from lictor import __version__
from lictor.api.kept_items import KeptItems
from lictor.api.plugins import read_source_rules
from lictor.api.preparation import prepare_with
from lictor.api.prepared import Prepared
from lictor.api.release import FILE, Release, ReleasedPlan, ReleasedSource, moved
from lictor.api.release_files import PACKAGES, files_in
from lictor.api.release_queries import Key, checksum
from lictor.api.requests import PluginChoice, PolicyChoice
from lictor.api.snapshots import package_of
from lictor.evaluate import CompiledPlan, compile_plan, kind_screens
from lictor.host import EntryPoint, Plugins, load_plugins
from lictor.model import EMPTY, Problem, Rule
from lictor.query import FunctionTable, Query, lazy_query
from lictor.query.code import Source
from lictor.query.screen import screen_key, screen_source
from lictor.registry import Registry
from lictor.report import describe_problem
from lictor.rules.compiled import compile_queries


def main(out: str, *points: str) -> int:
    """Write the package; return the exit code."""
    names = (point.partition("=") for point in points)
    problems = write_release(
        Path(out), tuple(EntryPoint(name, module, "lictor", __version__) for name, _, module in sorted(names))
    )
    for problem in problems:
        sys.stderr.write(f"{describe_problem(problem)}\n")
    return 1 if problems else 0


def write_release(out: Path, points: tuple[EntryPoint, ...]) -> tuple[Problem, ...]:
    """Write the package, or say what is wrong with the plugins, rules and rulesets that it should be made of."""
    plugins = load_plugins(points)
    registry, problems = read_source_rules(plugins)
    nowhere = Path(out.absolute().anchor)  # no repository's own ruleset is there
    prepared = prepare_with(PolicyChoice(), PluginChoice(), nowhere, plugins, registry, problems)
    if prepared.problems:
        return prepared.problems
    compiled = compile_plan(prepared.plan, registry, {})
    modules = {
        f"of_{rule.id.replace('-', '_')}": _sources(rule, compiled.functions) for rule in registry.rules.values()
    }
    screens = _screens(compiled)
    modules |= {f"screen_{number}": {key: source} for number, (key, source) in enumerate(screens.items())}
    homes: dict[int, str] = {}
    out.mkdir(parents=True)
    (out / "__init__.py").write_text('"""What was made when lictor was built."""\n')
    for name, sources in modules.items():
        new = {key: source for key, source in sources.items() if homes.setdefault(checksum(key), name) == name}
        (out / f"{name}.py").write_text(_module_text(name, new), "utf-8")
    (out / FILE).write_bytes(pickle.dumps(_release(points, plugins, prepared, homes, tuple(screens)), 5))
    return ()


def _module_text(title: str, sources: Mapping[Key, Source]) -> str:
    """Return the Python of a module that holds some queries, each as a function that makes its function.

    What they may reach is given to them when they are loaded (`Code.load`): only their bytecode is taken from here.
    """
    functions: list[str] = []
    entries: list[str] = []
    for number, (key, source) in enumerate(sources.items()):
        constants = pickle.dumps(dict(source.constants), 5)
        functions.append(f"def make_{number}():\n{indent(source.text, '    ')}\n    return evaluate\n")
        entries.append(f"    {key!r}: (make_{number}, {constants!r}, {source.builds!r}),\n")
    body = "\n\n".join(functions)
    return f'"""{title}. Made when lictor was built."""\n\n\n{body}\n\nCODES = {{\n{"".join(entries)}}}\n'


def _release(
    points: tuple[EntryPoint, ...],
    plugins: Plugins,
    prepared: Prepared,
    homes: Mapping[int, str],
    screens: tuple[Key, ...],
) -> Release:
    # where a query stands in its file is for what is wrong with it, and nothing is
    packages = [(name, place) for name in PACKAGES if (place := package_of(name))]
    rules = {
        rule.id: moved(rule._replace(places=EMPTY), lambda file: Path(_below(file, packages)))
        for rule in prepared.registry.rules.values()
    }
    plan = ReleasedPlan(prepared.plan._replace(rules=EMPTY), tuple(prepared.plan.rules))
    registry = Registry._make(map(KeptItems, plugins.registry))
    return Release(
        points,
        files_in((name, str(place)) for name, place in packages),
        plugins._replace(registry=registry, rule_sources=()),
        tuple(
            ReleasedSource(_below(source.directory, packages), source.plugin, source.distribution)
            for source in plugins.rule_sources
        ),
        pickle.dumps(rules, 5),
        pickle.dumps(plan, 5),
        homes,
        screens,
    )


def _below(path: Path, packages: Iterable[tuple[str, Path]]) -> str:
    """Return a path in a package as it is from where packages are installed."""
    return next("/".join((name, *path.relative_to(at).parts)) for name, at in packages if path.is_relative_to(at))


def _sources(rule: Rule, functions: FunctionTable) -> Mapping[Key, Source]:
    """Return the generated Python of all that a rule may ask, for values alone and with places."""
    queries: dict[str, Query] = {}

    def note(text: str) -> Query:
        return queries.setdefault(text, lazy_query(text, functions))

    compile_queries(rule, note)
    return {
        (text, has_places): query.generated(has_places=has_places)
        for text, query in queries.items()
        for has_places in (False, True)
    }


def _screens(plan: CompiledPlan) -> Mapping[Key, Source]:
    """Return the generated Python that asks all rules of a kind at once."""
    return {screen_key(kind, probes): screen_source(probes, plan.functions) for kind, probes in kind_screens(plan)}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
