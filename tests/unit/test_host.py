"""The plugin host: what is found, what is registered, and what goes wrong with one plugin only."""

import sys
import types
from pathlib import Path

import pytest

from lictor import Function, Reporter, Rule, RuleDirectory, hookimpl
from lictor.host import EntryPoint, Plugins, RuleSource, find_entry_points, load_plugins
from lictor.model import Receipt, Report


def module(name: str, monkeypatch: pytest.MonkeyPatch, **hooks: object) -> EntryPoint:
    made = types.ModuleType(name)
    for hook, function in hooks.items():
        setattr(made, hook, hookimpl(function))
    monkeypatch.setitem(sys.modules, name, made)
    return EntryPoint(name, name, f"dist-of-{name}", "1.0")


def load(*points: EntryPoint, **choice: object) -> Plugins:
    return load_plugins(points, **choice)  # type: ignore[arg-type] - the choice is written out in each test


def function(name: str) -> Function:
    return Function(name, str.upper, (("string",),), "Upper case", "string")


def reporter(name: str) -> Reporter:
    return Reporter(name, "A report", lambda _report, _options: "")


REPORT = Report((), (), (), (), Receipt(0, 0, 0, 0, 0, 0, 0), 0, "1")


def test_what_a_plugin_registers_is_found_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    plugins = load(module("first", monkeypatch, register_functions=lambda: [function("shout")]))
    assert plugins.problems == ()
    assert plugins.registry.functions["shout"].call("a") == "A"
    assert plugins.plugins[0].registered == {"functions": ("shout",)}


def test_a_plugin_that_can_not_be_imported_is_a_problem_and_the_rest_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    healthy = module("healthy", monkeypatch, register_functions=lambda: [function("shout")])
    plugins = load(EntryPoint("gone", "no_such_module_anywhere", "gone-dist", "1"), healthy)
    assert [problem.code for problem in plugins.problems] == ["plugin-import"]
    assert "gone-dist" in plugins.problems[0].message
    assert plugins.problems[0].hint == "install what it needs: pip install no_such_module_anywhere"
    assert "shout" in plugins.registry.functions


def test_a_misspelt_hook_is_a_problem_with_the_right_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing() -> list[Reporter]:
        return []

    plugins = load(module("typo", monkeypatch, register_reportes=nothing))
    assert [(problem.code, problem.hint) for problem in plugins.problems] == [
        ("unknown-hook", "did you mean 'register_reporters'?")
    ]


def test_a_hook_that_raises_is_a_problem_and_costs_the_plugins_other_hooks_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def explode() -> list[Function]:
        raise RuntimeError("boom")

    point = module("mine", monkeypatch, register_functions=explode, register_reporters=lambda: [reporter("fine")])
    plugins = load(point)
    assert [problem.code for problem in plugins.problems] == ["plugin-error"]
    assert "RuntimeError: boom" in plugins.problems[0].message
    assert "fine" in plugins.registry.reporters


def test_a_hook_that_exits_does_not_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def leave() -> list[Function]:
        raise SystemExit(0)

    assert [problem.code for problem in load(module("leaver", monkeypatch, register_functions=leave)).problems] == [
        "plugin-error"
    ]


def test_a_hook_that_returns_the_wrong_type_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    plugins = load(module("wrong", monkeypatch, register_functions=lambda: [reporter("not a function")]))
    assert "expected Function, found Reporter" in plugins.problems[0].message


def test_a_name_that_two_distributions_register_names_both(monkeypatch: pytest.MonkeyPatch) -> None:
    plugins = load(
        module("one", monkeypatch, register_functions=lambda: [function("shout")]),
        module("two", monkeypatch, register_functions=lambda: [function("shout")]),
    )
    assert plugins.problems[0].code == "duplicate-name"
    assert "by dist-of-one and dist-of-two" in plugins.problems[0].message


def test_a_blocked_plugin_is_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    point = module("mine", monkeypatch, register_functions=lambda: [function("shout")])
    assert load(point, blocked=["mine"]).registry.functions == {}


def test_blocking_a_plugin_that_is_not_there_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = load(module("reports", monkeypatch), blocked=["report"]).problems[0]
    assert (problem.code, problem.hint) == ("unknown-plugin", "did you mean 'reports'?")


def test_only_leaves_the_named_plugins_and_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    own = module("own", monkeypatch)._replace(distribution="lictor")
    plugins = load(own, module("mine", monkeypatch), module("other", monkeypatch), only=["mine"])
    assert [plugin.name for plugin in plugins.plugins] == ["own", "mine"]


def test_what_a_plugin_prints_is_kept_from_the_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def chatty() -> list[Function]:
        print("hello")  # noqa: T201 - the point
        return [function("shout")]

    plugins = load(module("chatty", monkeypatch, register_functions=chatty))
    assert capsys.readouterr().out == ""
    assert [(problem.code, problem.level) for problem in plugins.problems] == [("plugin-output", "warning")]
    assert "shout" in plugins.registry.functions


def test_a_rule_directory_is_kept_with_its_plugin_until_its_rules_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = Rule("a-b", "A", "m", ("document",))
    plugins = load(module("rules", monkeypatch, register_rules=lambda: [RuleDirectory("some/where"), rule]))
    assert plugins.rule_sources == (RuleSource(Path("some/where"), "rules", "dist-of-rules"),)
    assert plugins.registry.rules == {"a-b": rule._replace(distribution="dist-of-rules")}


def test_finish_sees_the_report_and_may_fail_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def explode(report: Report) -> None:
        del report
        raise RuntimeError("boom")

    def look(report: Report) -> None:
        seen.append(report)

    plugins = load(module("bad", monkeypatch, finish=explode), module("good", monkeypatch, finish=look))
    assert [problem.code for problem in plugins.finish(REPORT)] == ["plugin-error"]
    assert seen == [REPORT]


def test_entry_points_are_read_from_installed_distributions(tmp_path: Path) -> None:
    info = tmp_path / "acme_policies-2.1.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text(
        "[console_scripts]\nacme = acme:main\n\n[lictor]\nacme = acme.plugin\nextra = acme.more:hooks [aws]\n"
    )
    assert find_entry_points([str(tmp_path), str(tmp_path), str(tmp_path / "missing")]) == (
        EntryPoint("acme", "acme.plugin", "acme-policies", "2.1"),
        EntryPoint("extra", "acme.more:hooks", "acme-policies", "2.1"),
    )


def test_the_first_of_two_copies_of_a_distribution_wins(tmp_path: Path) -> None:
    for directory, version in (("a", "1"), ("b", "2")):
        info = tmp_path / directory / f"acme-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "entry_points.txt").write_text("[lictor]\nacme = acme\n")
    found = find_entry_points([str(tmp_path / "a"), str(tmp_path / "b")])
    assert [point.version for point in found] == ["1"]


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"[lictor]\nno equals sign\n", b"", b"; comment\n[lictor]\n# x = y\n"]
)
def test_an_odd_entry_point_file_is_no_plugin(tmp_path: Path, content: bytes) -> None:
    info = tmp_path / "odd-1.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_bytes(content)
    assert find_entry_points([str(tmp_path)]) == ()
