"""What a worker needs to do as the process that asked does: the same plan, and the same plugins."""

import datetime as dt
import pickle
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from lictor import __version__
from lictor.api.kept_results import ResultsPlace
from lictor.api.plugins import plugins_for
from lictor.api.prepared import Prepared
from lictor.api.requests import CheckRequest, PluginChoice, PolicyChoice
from lictor.errors import LictorError
from lictor.evaluate import CompiledPlan, compile_plan
from lictor.model import EMPTY, Budgets, Plan, Problem
from lictor.query import Codes
from lictor.values import NamedTuple


class Recipe(NamedTuple):
    """How to build a worker's plan. `plan` is its pickle; b"" when it holds what does not travel.

    Then the worker reads rules and rulesets again, which it must find where the process that asked does. `installed`
    is lictor and the plugins, with their versions. `results` is where a worker on this machine finds those of earlier
    runs. `today` is the day for which workers conclude what they checked; None where that waits for the whole run.
    """

    plan: bytes
    policy: PolicyChoice
    plugins: PluginChoice
    root: Path
    kinds: Mapping[str, str]
    budgets: Budgets
    installed: tuple[tuple[str, str], ...]
    results: ResultsPlace | None = None
    today: dt.date | None = None


def recipe_of(
    request: CheckRequest, prepared: Prepared, results: ResultsPlace | None = None, today: dt.date | None = None
) -> Recipe:
    """Return the recipe of the plan that a request came to."""
    # places are for what is wrong with a rule's text, which is told already
    rules = {rule_id: rule._replace(places=EMPTY) for rule_id, rule in prepared.plan.rules.items()}
    try:
        codes = (sys.implementation.cache_tag, prepared.codes)
        plan = pickle.dumps((prepared.plan._replace(rules=rules), *codes), pickle.HIGHEST_PROTOCOL)
    except Exception:  # noqa: BLE001 - a plugin's rule may hold anything, whose pickling may raise anything
        plan = b""
    policy = request.policy
    installed = _installed(request.plugins)
    return Recipe(
        plan, policy, request.plugins, request.root, request.kinds, request.budgets, installed, results, today
    )


def prepare_worker(recipe: Recipe) -> tuple[CompiledPlan, Budgets]:
    """Build the plan of a recipe. Raises LictorError when other versions are installed here."""
    _refuse_differences(recipe.installed, _installed(recipe.plugins))
    plan, codes = _plan_of(recipe.plan)
    if plan is not None:
        compiled = compile_plan(plan, plugins_for(recipe.plugins).registry, recipe.kinds, codes)
        return _completed(compiled, recipe), recipe.budgets
    from lictor.api.preparation import prepare  # most plans travel

    prepared = prepare(recipe.policy, recipe.plugins, recipe.root)
    return _completed(compile_plan(prepared.plan, prepared.registry, recipe.kinds), recipe), recipe.budgets


def _completed(plan: CompiledPlan, recipe: Recipe) -> CompiledPlan:
    return plan._replace(results=recipe.results.open() if recipe.results else None, today=recipe.today)


def _plan_of(pickled: bytes) -> tuple[Plan | None, Codes]:
    """Return a plan, and its queries as far as they were compiled by the same Python."""
    try:
        plan, python, codes = pickle.loads(pickled)  # noqa: S301 - from the process that asked, which gives code to run as well
    except Exception:  # noqa: BLE001 - a module that is found there by another way than here
        return None, {}
    return plan, codes if python == sys.implementation.cache_tag else {}


def _installed(choice: PluginChoice) -> tuple[tuple[str, str], ...]:
    plugins = plugins_for(choice).plugins
    return (("lictor", __version__), *sorted((plugin.name, plugin.version) for plugin in plugins))


def _refuse_differences(there: Iterable[tuple[str, str]], here: Iterable[tuple[str, str]]) -> None:
    expected, found = dict(there), dict(here)
    for name in sorted({*expected, *found}):
        if expected.get(name) != found.get(name):
            what = "lictor" if name == "lictor" else f"the plugin '{name}'"
            message = f"{what} is {_version(found.get(name))} on a worker, and {_version(expected.get(name))} here"
            hint = "install the same versions of lictor and its plugins on every worker"
            raise LictorError([Problem("worker-differs", message, "usage", hint=hint)])


def _version(version: str | None) -> str:
    return f"version {version}" if version else "missing" if version is None else "of no version"
