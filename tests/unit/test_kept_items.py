"""What plugins registered is kept with a plan, and made again only where it is used."""

import os
import pickle
from pathlib import Path

import pluggy
import pytest
from jmespath.functions import Functions

from lictor import __version__, hookimpl
from lictor.api import PluginChoice
from lictor.api.kept_items import KeptItems
from lictor.api.released import is_released, released_rulesets
from lictor.host import Plugin, Plugins, RuleSource, finish_nothing
from lictor.model import Problem, RulesetSource
from lictor.query.engine_functions import ENGINE_FUNCTIONS
from lictor.query.functions import OWN_FUNCTIONS
from lictor.registry import Registry


class Trap:
    """Tells when it is made again."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (os.mkdir, ("made",))


def test_a_value_is_made_when_it_is_asked_for_and_no_sooner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    kept = pickle.loads(pickle.dumps(KeptItems({"trap": Trap(), "len": len})))  # noqa: S301 - our own bytes
    assert (list(kept), len(kept), "trap" in kept, "other" in kept) == (["trap", "len"], 2, True, False)
    assert kept["len"] is len
    assert not (tmp_path / "made").exists()
    kept["trap"]
    kept["trap"]
    assert (tmp_path / "made").exists()
    with pytest.raises(KeyError):
        kept["other"]


def test_our_mark_is_the_one_of_pluggy() -> None:
    def register_rules() -> tuple[()]:
        return ()

    class Specification:
        @pluggy.HookspecMarker("lictor")
        def register_rules(self) -> tuple[()]:
            return ()

    for mark in (hookimpl, hookimpl(tryfirst=True), pluggy.HookimplMarker("lictor")(tryfirst=True)):
        plugin = type("Module", (), {"register_rules": staticmethod(mark(register_rules))})
        manager = pluggy.PluginManager("lictor")
        manager.add_hookspecs(Specification)
        manager.register(plugin)
        (found,) = manager.hook.register_rules.get_hookimpls()
        assert found.tryfirst is (mark is not hookimpl)


def test_the_functions_that_every_query_knows_are_those_of_jmespath_and_the_engine() -> None:
    assert {*Functions.FUNCTION_TABLE, *ENGINE_FUNCTIONS} == OWN_FUNCTIONS


def plugins(directory: Path, *problems: Problem) -> Plugins:
    own = Plugin("rules", "lictor", __version__, "lictor_rules", {"rulesets": ("own",)})
    rulesets = {
        "own": RulesetSource("own", "own.yaml", "id: own"),
        "team": RulesetSource("team", "team.yaml", "id: team"),
    }
    source = RuleSource(directory / "lictor_rules", "rules", "lictor")
    return Plugins((own,), Registry(rulesets=rulesets), (source,), problems, finish_nothing)


def test_only_what_was_installed_from_our_wheel_and_runs_undisturbed_is_taken_for_right(tmp_path: Path) -> None:
    assert not is_released(plugins(tmp_path), PluginChoice())
    (tmp_path / f"lictor-{__version__}.dist-info").mkdir()
    assert is_released(plugins(tmp_path), PluginChoice())
    assert not is_released(plugins(tmp_path), PluginChoice(blocked=("functions",)))
    assert not is_released(plugins(tmp_path, Problem("plugin-import", "gone", "plugin")), PluginChoice())
    assert not is_released(plugins(tmp_path)._replace(rule_sources=()), PluginChoice())


def test_the_rulesets_of_others_are_always_checked(tmp_path: Path) -> None:
    assert released_rulesets(plugins(tmp_path), PluginChoice()) == frozenset()
    (tmp_path / f"lictor-{__version__}.dist-info").mkdir()
    assert released_rulesets(plugins(tmp_path), PluginChoice()) == {"id: own"}
