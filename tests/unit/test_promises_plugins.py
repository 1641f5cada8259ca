"""A plugin that misbehaves costs nothing but its own Problem: all other findings stay the same, byte for byte."""

import json
import shutil
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

Lictor = Callable[..., Any]
MakePlugin = Callable[[str, str], Path]

POLICIES = Path(__file__).parents[2] / "examples" / "policies"

IN_EVERY_HOOK = """
from lictor import (
    Combiner, Decision, ExecutorFactory, Function, Kind, Loaded, Loader, Match, Reporter, Rule, RuleQueries,
    RulesetSource, Subject, hookimpl,
)

def misbehave():
    {behaviour}

def check(subject, parameters):
    misbehave()
    return ()

def shout(value):
    misbehave()
    return False

def find(document, wanted):
    misbehave()
    yield Subject("bad.kind", document, (), document.data)

def load(uri, text, budgets):
    misbehave()
    return Loaded()

def claims(text):
    misbehave()
    return True

def combine(answers, fail_at):
    misbehave()
    return Decision("pass", "")

def open_executor(jobs, initializer, arguments):
    misbehave()
    raise OSError("no workers today")

def render(report, options):
    misbehave()
    return "rendered\\n"

@hookimpl
def register_rules():
    kinds = ("aws.iam.trust-policy", "bad.kind")
    return [
        Rule("bad-check", "t", "m", kinds, check=check),
        Rule("bad-query", "t", "m", kinds, queries=RuleQueries(deny="shout(@)")),
    ]

@hookimpl
def register_functions():
    return [Function("shout", shout, (("any",),), "t", "boolean")]

@hookimpl
def register_kinds():
    return [Kind("bad.kind", "t", find)]

@hookimpl
def register_loaders():
    return [Loader("bad-load", (".bad",), load), Loader("bad-claims", (".claimed",), load, claims)]

@hookimpl
def register_combiners():
    return [Combiner("bad-combiner", combine)]

@hookimpl
def register_executors():
    return [ExecutorFactory("bad-executor", open_executor)]

@hookimpl
def register_reporters():
    return [Reporter("bad-reporter", "t", render)]

@hookimpl
def register_rulesets():
    text = "id: bad\\nrules: {{bad-check: error, bad-query: error}}\\ncombine: {{strategy: bad-combiner}}\\n"
    return [RulesetSource("bad", "bad.yaml", text)]

@hookimpl
def finish(report):
    misbehave()
"""

RULES = """
import sys
from lictor import Function, Kind, Match, Rule, RuleQueries, RulesetSource, Subject, hookimpl

class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError("no text")

def mutates(subject, parameters):
    subject.value.clear()
    subject.document.data.clear()
    subject.properties["x"] = 1
    return ()

def recurses(subject, parameters):
    return recurses(subject, parameters)

def raises_late(subject, parameters):
    yield Match()
    raise KeyError("late")

def unprintable(subject, parameters):
    raise Unprintable

def closes(subject, parameters):
    sys.stdout.close()
    return ()

def drops(subject, parameters):
    sys.stdout = None
    return ()

def without_end(subject, parameters):
    while True:
        yield Match()

def nothing(subject, parameters):
    return None

def a_list(subject, parameters):
    return [Match(path=["statements", 0])]

def no_kind(subject, parameters):
    return [Match(kind="failed")]

def no_json(subject, parameters):
    return [Match(values={"what": object()})]

def no_match(subject, parameters):
    return ["statements"]

CHECKS = {
    name.replace("_", "-"): check for name, check in list(globals().items())
    if callable(check) and check.__module__ == __name__ and name != "Unprintable"
}

def clear(value):
    value.clear()
    return False

def find(document, wanted):
    yield Subject("changing.kind", document, (), document.data)
    document.data.clear()

@hookimpl
def register_rules():
    kinds = ("aws.iam.trust-policy",)
    made = [Rule(f"odd-{name}", "t", "m {{what}}" if name == "no-json" else "m", kinds, "error", check=check)
            for name, check in CHECKS.items()]
    return [*made, Rule("odd-function", "t", "m", (*kinds, "changing.kind"), queries=RuleQueries(deny="clear(@)"))]

@hookimpl
def register_functions():
    return [Function("clear", clear, (("object",),), "t", "boolean")]

@hookimpl
def register_kinds():
    return [Kind("changing.kind", "t", find)]

@hookimpl
def register_rulesets():
    return [RulesetSource("odd", "odd.yaml", "id: odd\\nrules: {'odd-*': error}\\n")]
""".replace("{{what}}", "{what}")

ENDLESS = """
from lictor import Rule, hookimpl

def check(subject, parameters):
    while True:
        try:
            while True:
                pass
        except Exception:
            pass

@hookimpl
def register_rules():
    return [Rule("endless-loop", "t", "m", ("acme.endless",), check=check)]
"""


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work")
    shutil.copytree(POLICIES, folder / "policies")
    (folder / ".git").mkdir()
    (folder / "a.bad").write_text("a")
    (folder / "a.claimed").write_text("a")
    return folder


@pytest.fixture(scope="module")
def healthy(work: Path, lictor: Lictor) -> str:
    """The findings of a run without any plugin but lictor's own."""
    return findings_of(lictor(work, "check", "policies", "--ruleset", "aws-trust", "-o", "json").out)


def findings_of(out: str) -> str:
    """Return the findings of lictor's own rules, as they are written."""
    own = [each for each in json.loads(out)["findings"] if not each["rule_id"].startswith(("bad-", "odd-", "endless-"))]
    assert own
    return json.dumps(own)


def codes_of(out: str) -> dict[str, set[str]]:
    """Return the problems' codes, by what they are about."""
    codes: dict[str, set[str]] = {}
    for problem in json.loads(out)["problems"]:
        codes.setdefault(problem["message"], set()).add(problem["code"])
    return codes


@pytest.fixture(scope="module")
def endless(work: Path, lictor: Lictor, tmp_path_factory: pytest.TempPathFactory) -> Future[Any]:
    """Start the run that waits for a deadline; other tests run meanwhile."""
    site = tmp_path_factory.mktemp("site")
    (site / "endless.py").write_text(ENDLESS.replace("acme.endless", "aws.iam.identity-policy"))
    (site / "endless-1.dist-info").mkdir()
    (site / "endless-1.dist-info" / "entry_points.txt").write_text("[lictor]\nendless = endless\n")
    (work / "one").mkdir()
    shutil.copy(POLICIES / "pass-role.json", work / "one")
    (work / "endless.yaml").write_text("id: endless\nextends: aws-trust\nrules: {endless-loop: error}\n")
    words = ("check", "one", "--ruleset", "endless.yaml", "-o", "json")
    return ThreadPoolExecutor(1).submit(lictor, work, *words, PYTHONPATH=str(site))


@pytest.mark.parametrize(
    "behaviour", ["raise ValueError('boom')", "raise SystemExit(0)", "raise BaseException('boom')"]
)
def test_what_raises_in_any_hook_is_told_and_costs_nothing_else(
    behaviour: str, work: Path, healthy: str, lictor: Lictor, make_plugin: MakePlugin, endless: Future[Any]
) -> None:
    del endless  # it only starts here
    site = make_plugin("bad", IN_EVERY_HOOK.format(behaviour=behaviour))
    words = ("check", "policies", "a.bad", "a.claimed", "--ruleset", "aws-trust", "--ruleset", "bad")
    outputs = ("-o", "bad-reporter", "-o", "json=report.json")
    ran = lictor(work, *words, *outputs, "--executor", "bad-executor", PYTHONPATH=str(site))
    assert ran.code == 1
    assert "Traceback" not in ran.out + ran.err
    out = (work / "report.json").read_text()
    assert findings_of(out) == healthy
    codes = {code: message for message, found in codes_of(out).items() for code in found}
    assert set(codes) == {"rule-error", "kind-error", "loader-error", "plugin-error"}
    said = " ".join(codes_of(out))
    for part in ("'bad-check' raised", "'bad-combiner' raised", "'bad-executor' raised", "looking for bad.kind raised"):
        assert part in said
    assert "reporter 'bad-reporter' raised" in ran.err
    assert "plugin 'bad' raised in finish" in ran.err


@pytest.mark.parametrize("behaviour", ["print('boom')", "__import__('os').write(1, b'boom')"])
def test_what_a_plugin_prints_never_reaches_the_output(
    behaviour: str, work: Path, healthy: str, lictor: Lictor, make_plugin: MakePlugin
) -> None:
    site = make_plugin("bad", IN_EVERY_HOOK.format(behaviour=behaviour))
    words = ("check", "policies", "a.bad", "a.claimed", "--ruleset", "aws-trust", "--ruleset", "bad", "-o", "json")
    ran = lictor(work, *words, PYTHONPATH=str(site))
    assert ran.code == 1
    assert findings_of(ran.out) == healthy
    assert "boom" in ran.err
    if "print" in behaviour:
        assert {"plugin-output"} in codes_of(ran.out).values()
        assert "rule 'bad-check' printed 'boom'" in codes_of(ran.out)
    assert lictor(work, *words[:-1], "bad-reporter", PYTHONPATH=str(site)).out == "rendered\n"


@pytest.mark.parametrize("words", [(), ("--jobs", "2")])
def test_rules_that_do_what_they_should_not_change_no_other_finding(
    words: tuple[str, ...], work: Path, healthy: str, lictor: Lictor, make_plugin: MakePlugin
) -> None:
    site = make_plugin("odd", RULES)
    rulesets = ("--ruleset", "aws-trust", "--ruleset", "odd")
    ran = lictor(work, "check", "policies", *rulesets, "-o", "json", *words, PYTHONPATH=str(site))
    assert (ran.code, ran.err) == (1, "")
    assert findings_of(ran.out) == healthy
    told = codes_of(ran.out)
    for name in ("recurses", "raises-late", "unprintable", "without-end", "nothing", "a-list", "no-match", "no-kind"):
        assert any(f"rule 'odd-{name}' raised" in message for message in told), name
    assert "rule 'odd-mutates' changed the subject that it was given" in told
    undecided = {each["rule_id"] for each in json.loads(ran.out)["findings"] if each["kind"] == "open"}
    assert {"odd-recurses", "odd-no-kind", "odd-no-json"} <= undecided
    assert not {"odd-mutates", "odd-closes", "odd-drops", "odd-function"} & undecided


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("'acme-a', 't', 'm', ('document',), 'ERROR'", "Rule.level: expected one of none, note, warning, error"),
        ("'acme-a', 't', 'm', 'document'", "Rule.applies_to: expected a tuple of str, found 'document'"),
        ("'Acme a', 't', 'm', ('document',)", "Rule.id: expected kebab-case"),
        ("5, 't', 'm', ('document',)", "Rule.id: expected str, found 5"),
        ("'acme-a', 't', None, ('document',)", "Rule.message: expected str, found None"),
        ("'acme-a', 't', 'm', ('document',), tags=None", "Rule.tags: expected a tuple of str, found None"),
        ("'acme-a', 't', 'm', ('document',), check='check'", "Rule.check: expected something to call or None"),
    ],
)
def test_a_rule_made_wrong_is_told_with_its_field(
    rule: str, said: str, work: Path, lictor: Lictor, make_plugin: MakePlugin
) -> None:
    source = f"from lictor import Rule, hookimpl\n@hookimpl\ndef register_rules():\n    return [Rule({rule})]\n"
    ran = lictor(work, "plugins", PYTHONPATH=str(make_plugin("acme", source)))
    assert ran.code == 3
    assert said in ran.err


def test_a_rule_that_loops_for_ever_is_stopped_at_its_deadline(endless: Future[Any]) -> None:
    ran = endless.result()
    assert ran.code == 1
    assert "rule 'endless-loop' took longer than 10 seconds" in codes_of(ran.out)
    assert "grant-passrole-star" in findings_of(ran.out)
