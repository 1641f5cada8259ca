"""What a wheel brings ready-made is used while it is true, and never after; and it says what making it anew says."""

import json
import os
import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from lictor import __version__
from lictor.api.release import moved
from lictor.api.release_files import ReleasedFiles, files_in, is_as_installed, record_of
from lictor.api.release_queries import ReleasedCodes, checksum
from lictor.model import Rule
from lictor.rules.python_checks import FileCheck

ROOT = Path(__file__).parents[2]
CASES = ROOT / "rules" / "lictor_rules"
OPEN = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}'
HEAVY = {"yaml", "jmespath", "jsonschema_rs", "pluggy", "inspect", "dataclasses", "hashlib", "tempfile", "click"}
IS_USED = """
from lictor.api import PluginChoice
from lictor.api.release import release_for
print(release_for(PluginChoice()) is not None)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lictor from a wheel of its own, beside which nothing registers plugins."""
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    command += ["--disable-pip-version-check", "--target", str(target), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture
def site(installed: Path) -> Iterator[Path]:
    """The same, as it was before the test once the test is over."""
    kept = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in installed.glob("lictor_rule*/**/*.yaml")}
    record = Path(record_of(str(installed)))
    yield installed
    shutil.rmtree(installed / "lictor_rules" / "trust" / "new_one", ignore_errors=True)
    for path, (content, modified_ns) in kept.items():
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
        os.utime(path, ns=(modified_ns, modified_ns))
    now = time.time_ns()
    os.utime(record, ns=(now, now))


def python(site: Path, work: Path, *words: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    places = os.pathsep.join(str(place) for place in (site, path) if place)
    return subprocess.run(
        [sys.executable, *words],
        cwd=work,
        env={**os.environ, "PYTHONPATH": places, "XDG_CACHE_HOME": str(work / "cache"), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def is_used(site: Path, path: Path | None = None) -> bool:
    return python(site, site, "-c", IS_USED, path=path).stdout == "True\n"


def lictor(site: Path, work: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return python(site, work, "-m", "lictor.cli", *words)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "open.json").write_text(OPEN)
    return tmp_path


def test_a_first_check_neither_reads_rules_nor_loads_plugins_nor_compiles_queries(installed: Path, work: Path) -> None:
    code = (
        "import sys; from lictor.cli import run\n"
        "run(['check', '--no-cache', 'open.json'])\n"
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = python(installed, work, "-c", code)
    assert "trust-wildcard-principal" in done.stdout
    assert set(done.stderr.split()) & HEAVY == set()
    assert not (work / "cache").exists()


def test_a_release_says_what_the_working_tree_says(installed: Path, work: Path) -> None:
    shutil.copytree(ROOT / "tests" / "scenarios", work / "scenarios")
    shutil.copytree(ROOT / "examples", work / "examples")
    said = lictor(installed, work, "check", "--no-cache", "-o", "json", "scenarios", "examples", "open.json")
    shutil.move(installed / "lictor" / "release", work / "release")
    try:
        assert not is_used(installed)
        anew = lictor(installed, work, "check", "--no-cache", "-o", "json", "scenarios", "examples", "open.json")
    finally:
        shutil.move(work / "release", installed / "lictor" / "release")
    assert len(json.loads(said.stdout)["findings"]) > 100
    assert (said.stdout, said.stderr, said.returncode) == (anew.stdout, anew.stderr, anew.returncode)


def test_workers_take_the_released_plan_too(installed: Path, work: Path) -> None:
    for number in range(6):
        (work / f"{number}.json").write_text(OPEN)
    one, two = (lictor(installed, work, "check", "--no-cache", "-o", "json", "--jobs", jobs, ".") for jobs in "12")
    assert len(json.loads(one.stdout)["findings"]) == 7
    assert (two.stdout, two.stderr) == (one.stdout, one.stderr)


def test_a_ruleset_of_ones_own_takes_rules_and_queries_from_the_release(installed: Path, work: Path) -> None:
    (work / "lictor.yaml").write_text("extends: aws-trust\nrules: {trust-wildcard-principal: note}\n")
    for options in (["--no-cache"], [], []):
        done = lictor(installed, work, "check", "-o", "json", *options, "open.json")
        (level,) = {
            each["level"] for each in json.loads(done.stdout)["findings"] if each["rule_id"].startswith("trust-w")
        }
        assert level == "note"
    (work / "lictor.yaml").write_text("extends: aws-trust\nrules: {trust-wildcard-principal: warning}\n")
    done = lictor(installed, work, "check", "-o", "json", "open.json")
    assert "warning" in {each["level"] for each in json.loads(done.stdout)["findings"]}


def test_a_kept_plan_of_an_installed_lictor_is_no_longer_used_once_a_rule_changed(site: Path, work: Path) -> None:
    (work / "lictor.yaml").write_text("extends: aws-trust\n")
    first = lictor(site, work, "check", "-o", "json", "open.json")
    rule = site / "lictor_rules" / "trust" / "wildcard_principal" / "rule.yaml"
    rule.write_text(rule.read_text().replace("Any AWS principal", "Everybody"))
    later(rule)
    second = lictor(site, work, "check", "-o", "json", "open.json")
    said = [
        next(each["message"] for each in json.loads(done.stdout)["findings"] if "wildcard" in each["rule_id"])
        for done in (first, second)
    ]
    assert said[1] == said[0].replace("Any AWS principal", "Everybody") != said[0]


def later(path: Path) -> None:
    os.utime(path, ns=(time.time_ns() + 10**9,) * 2)


def changed_rule(site: Path) -> None:
    later(site / "lictor_rules" / "trust" / "wildcard_principal" / "rule.yaml")


def shorter_rule(site: Path) -> None:
    rule = site / "lictor_rules" / "trust" / "wildcard_principal" / "rule.yaml"
    modified_ns = rule.stat().st_mtime_ns
    rule.write_text(rule.read_text() + "\n")
    os.utime(rule, ns=(modified_ns, modified_ns))


def missing_rule(site: Path) -> None:
    (site / "lictor_rules" / "trust" / "wildcard_principal" / "rule.yaml").unlink()


def added_rule(site: Path) -> None:
    folder = site / "lictor_rules" / "trust" / "new_one"
    folder.mkdir()
    later(folder.parent)


def changed_ruleset(site: Path) -> None:
    later(site / "lictor_rulesets" / "aws-iam.yaml")


def older_record(site: Path) -> None:
    os.utime(record_of(str(site)), ns=(1, 1))


@pytest.mark.parametrize(
    "change", [changed_rule, shorter_rule, missing_rule, added_rule, changed_ruleset, older_record]
)
def test_a_release_is_not_used_once_its_files_are_others(site: Path, change: object) -> None:
    assert is_used(site)
    change(site)  # type: ignore[operator]  # one of the functions above
    assert not is_used(site)


def test_bytecode_that_is_written_later_does_not_matter(site: Path) -> None:
    later(site / "lictor_rules")
    later(site / "lictor_rulesets")
    assert is_used(site)


def test_a_release_is_not_used_beside_plugins_of_others(installed: Path, tmp_path: Path) -> None:
    other = tmp_path / "acme-1.0.dist-info"
    other.mkdir()
    (other / "entry_points.txt").write_text("[console_scripts]\nacme = acme\n")
    assert is_used(installed, tmp_path)
    (other / "entry_points.txt").write_text("[lictor]\nacme = acme\n")
    assert not is_used(installed, tmp_path)


def test_beside_plugins_of_others_its_rules_are_read_from_it_all_the_same(installed: Path, work: Path) -> None:
    other = work / "acme-1.0.dist-info"
    other.mkdir()
    (other / "entry_points.txt").write_text("[lictor]\nacme = acme\n")
    (work / "acme.py").write_text("")
    code = (
        "import sys; from lictor.rules import folders\n"
        "folders.read_rule_folder = None  # nobody may need it\n"
        "from lictor.cli import run; sys.exit(run(['check', '--no-cache', 'open.json']))"
    )
    done = python(installed, work, "-c", code, path=work)
    assert "trust-wildcard-principal" in done.stdout, done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize(
    "options", [["-p", "no:functions"], ["--only-plugins", ""], ["--only", "form-version-old"], ["--fail-on", "note"]]
)
def test_other_choices_have_another_plan(installed: Path, work: Path, options: list[str]) -> None:
    usual, other = (
        json.loads(lictor(installed, work, "check", "--no-cache", "-o", "json", *words, "open.json").stdout)
        for words in ([], options)
    )
    if options == ["--only-plugins", ""]:  # nothing but lictor's own is installed
        assert other == usual
    else:
        assert other != usual


def test_a_wheel_is_not_built_of_plugins_that_can_not_be_loaded(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "lictor.api.release_writer", str(tmp_path / "out"), "gone=no_such_module"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "no_such_module" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_release_is_the_same_whatever_the_order_of_sets(tmp_path: Path) -> None:
    points = [
        f"{name}={module}" for name, module in (("functions", "lictor_plugins.functions"), ("rules", "lictor_rules"))
    ]
    names = ("kinds-general", "kinds-aws-iam")
    points += [f"{name}=lictor_plugins.{name.replace('-', '.', 1).replace('-', '_')}" for name in names]
    made = []
    for number in range(2):
        out = tmp_path / str(number)
        command = [sys.executable, "-m", "lictor.api.release_writer", str(out), *points]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "0"})
        made.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert made[0] == made[1]
    assert len(made[0]) > 100


def test_files_are_told_by_size_and_time_and_folders_by_what_is_in_them(tmp_path: Path) -> None:
    rules = tmp_path / "lictor_rules"
    (rules / "area" / "one").mkdir(parents=True)
    (rules / "area" / "one" / "rule.yaml").write_text("id: one")
    (rules / "area" / "one" / "cases.yaml").write_text("[]")
    (rules / "area" / "one" / "rule.md").write_text("# One")
    files = files_in([("lictor_rules", str(rules))])
    assert files == ReleasedFiles(
        (("lictor_rules/area/one/rule.yaml", 7),), (("lictor_rules", ("area",)), ("lictor_rules/area", ("one",)))
    )
    assert not is_as_installed(files, str(tmp_path))
    record = Path(record_of(str(tmp_path)))
    record.parent.mkdir()
    record.write_text("")
    assert record.parent.name == f"lictor-{__version__}.dist-info"
    assert is_as_installed(files, str(tmp_path))


def test_what_was_compiled_since_travels_with_a_released_plan() -> None:
    codes = ReleasedCodes({}, (("\0screen", False),), {})
    assert codes.get(("a.b", False)) is None
    codes["a.b", False] = "code"  # type: ignore[assignment]  # whatever it is
    again = pickle.loads(pickle.dumps(codes))  # noqa: S301 - our own bytes
    assert again["a.b", False] == "code"
    assert list(codes) == [("\0screen", False), ("a.b", False)]
    assert len(codes) == 2


def test_a_query_with_the_checksum_of_another_is_not_taken_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    home = ModuleType("lictor.release.of_other")
    home.CODES = {("c.d", False): None}  # type: ignore[attr-defined]  # as such a module has it
    monkeypatch.setitem(sys.modules, "lictor.release", ModuleType("lictor.release"))
    monkeypatch.setitem(sys.modules, home.__name__, home)
    codes = ReleasedCodes({checksum(("a.b", False)): "of_other"}, (), {})
    assert codes.get(("a.b", False)) is None


def test_a_check_in_python_is_found_where_lictor_is_installed() -> None:
    rule = Rule("a-b", "", "", (), check=FileCheck(Path("lictor_rules/a/check.py")))
    assert moved(rule, lambda file: Path("/site", file)).check == FileCheck(Path("/site/lictor_rules/a/check.py"))
    assert moved(rule._replace(check=None), Path) == rule._replace(check=None)
    assert moved(rule._replace(check=print), Path).check is print  # type: ignore[arg-type]  # some function
