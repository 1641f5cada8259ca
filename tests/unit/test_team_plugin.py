"""A foreign distribution, installed with pip, adds what the built-in plugins add, in the same way."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TEAM_PLUGIN = Path(__file__).parents[1] / "team_plugin"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    command += ["--disable-pip-version-check", "--target", str(target), str(TEAM_PLUGIN)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture
def services(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "ledger.yaml").write_text("service: ledger\nteam: nobody\ntier: 9\n")
    (tmp_path / "login.yaml").write_text("service: login\nteam: identity\ntier: 1\n")
    return tmp_path


def lictor(site: Path, work: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lictor.cli", *words],
        cwd=work,
        env={**os.environ, "PYTHONPATH": str(site), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_is_listed_with_its_distribution_and_version(installed: Path, services: Path) -> None:
    done = lictor(installed, services, "plugins", "-o", "json")
    acme = next(plugin for plugin in json.loads(done.stdout) if plugin["name"] == "acme")
    assert (acme["distribution"], acme["version"]) == ("acme-lictor", "1.2.3")
    assert acme["registered"] == {
        "kinds": ["acme.service"],
        "functions": ["acme_team"],
        "rules": ["acme-unknown-team", "acme-tier-high"],
        "rulesets": ["acme-baseline"],
        "reporters": ["acme-count"],
    }
    assert done.returncode == 0, done.stderr


def test_its_rules_find_places_as_built_in_rules_do(installed: Path, services: Path) -> None:
    done = lictor(installed, services, "check", "-o", "compact")
    assert "ledger.yaml:2:7: error acme-unknown-team" in done.stdout
    assert "ledger.yaml:3:7: warning acme-tier-high Tier 9 of ledger does not exist" in done.stdout
    assert "login.yaml" not in done.stdout
    assert done.returncode == 1


def test_its_ruleset_applies_by_default_to_its_kind(installed: Path, services: Path) -> None:
    report = json.loads(lictor(installed, services, "check", "-o", "json").stdout)
    assert [verdict["ruleset_id"] for verdict in report["verdicts"]] == ["acme-baseline"]


def test_its_reporter_can_be_asked_for(installed: Path, services: Path) -> None:
    assert lictor(installed, services, "check", "-o", "acme-count").stdout == "acme counted 2\n"


def test_its_rules_can_be_explained(installed: Path, services: Path) -> None:
    assert (
        "Nobody is called when the service fails" in lictor(installed, services, "explain", "acme-unknown-team").stdout
    )


def test_it_can_be_blocked(installed: Path, services: Path) -> None:
    done = lictor(installed, services, "check", "-p", "no:acme", "--ruleset", "acme-baseline")
    assert "no ruleset 'acme-baseline'" in done.stdout
    assert done.returncode == 2


def test_its_cases_pass(installed: Path, services: Path) -> None:
    rules = next(installed.glob("acme_lictor/rules"))
    done = lictor(installed, services, "test", str(rules))
    assert done.stdout.endswith("1 rule, 5 cases: 5 passed, 0 failed\n")
    assert done.returncode == 0, done.stderr
