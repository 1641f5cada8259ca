"""The GitHub Action and the pre-commit hooks: their own steps, run here."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TOKEN = "t0ken-of-nobody"  # noqa: S105 - opens nothing
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))

OPEN = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
CLOSED = {**OPEN, "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}}


class Ran(NamedTuple):
    codes: dict[str, int]
    outputs: dict[str, str]
    out: str


def policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    for name in ("repository/roles", "runner/lictor/bin"):
        (tmp_path / name).mkdir(parents=True)
    command = tmp_path / "runner/lictor/bin/lictor"  # what the install step makes
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m lictor.cli "$@"\n')
    command.chmod(0o755)
    (tmp_path / "repository/roles/a.json").write_text(policy(OPEN))
    return tmp_path


def filled(template: str, inputs: dict[str, str], outputs: dict[str, str]) -> str:
    """Fill in `${{ inputs.x }}`, `${{ steps.y.outputs.x }}` and the number of the pull request."""

    def value(match: re.Match[str]) -> str:
        scope, _, name = match[1].strip().partition(".")
        if scope == "github":
            return {"event.pull_request.number": "7", "action_path": str(ROOT)}[name]
        return inputs[name] if scope == "inputs" else outputs[name.rpartition(".")[2]]

    return re.sub(r"\$\{\{(.*?)\}\}", value, template)


def run_action(
    work: Path, *, also: tuple[str, ...] = (), environment: dict[str, str] | None = None, **inputs: str
) -> Ran:
    """Run the steps that need no network and those that are named, as the runner does."""
    given = {name: str(each.get("default", "")) for name, each in ACTION["inputs"].items()} | inputs
    outputs: dict[str, str] = {}
    codes: dict[str, int] = {}
    printed = ""
    for step in ACTION["runs"]["steps"]:
        is_remote = step["name"] in {"Install lictor", "Upload to code scanning", "Comment on the pull request"}
        if is_remote and step["name"] not in also:
            continue
        env = {name: filled(value, given, outputs) for name, value in step.get("env", {}).items()}
        (work / "output").touch()
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=work / "repository",
            env={
                **os.environ,
                **env,
                **(environment or {}),
                "RUNNER_TEMP": str(work / "runner"),
                "GITHUB_OUTPUT": str(work / "output"),
                "GITHUB_STEP_SUMMARY": str(work / "summary.md"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        codes[step["name"]] = done.returncode
        printed += done.stdout + done.stderr
        outputs = dict(line.split("=", 1) for line in (work / "output").read_text().splitlines())
    return Ran(codes, outputs, printed)


def test_a_finding_is_annotated_summarised_written_and_fails_the_job(work: Path) -> None:
    ran = run_action(work)
    assert ran.codes == {"Check": 0, "Job summary": 0, "Result": 1}
    assert "::error file=roles/a.json,line=7,endLine=7,col=16," in ran.out
    assert "trust-wildcard-principal" in (work / "summary.md").read_text()
    log = json.loads((work / "repository/lictor.sarif").read_text())
    assert [result["ruleId"] for result in log["runs"][0]["results"]][:1] == ["trust-wildcard-principal"]


def test_a_clean_repository_passes(work: Path) -> None:
    (work / "repository/roles/a.json").write_text(policy(CLOSED))
    assert run_action(work).codes["Result"] == 0


def test_what_could_not_be_checked_fails_the_job_with_its_own_code(work: Path) -> None:
    (work / "repository/roles/a.json").write_text('{"Version": ')
    ran = run_action(work)
    assert (ran.codes["Result"], ran.outputs["exit-code"]) == (3, "3")


def test_paths_and_rulesets_come_one_a_line(work: Path) -> None:
    (work / "repository/my roles").mkdir()
    (work / "repository/my roles/b.json").write_text(policy(OPEN))
    ran = run_action(work, paths="my roles\n", rulesets="aws-trust\naws-trust-strict\n")
    assert "file=my roles/b.json" in ran.out
    assert "roles/a.json" not in ran.out


def test_an_input_is_never_run_as_a_command(work: Path) -> None:
    run_action(work, paths='$(touch owned)"; touch owned #\n--no-such-option\n')
    assert not (work / "repository/owned").exists()


def test_no_step_puts_an_input_into_its_script() -> None:
    assert not any("${{" in step["run"] for step in ACTION["runs"]["steps"])


class Comments:
    """GitHub's comments on one pull request, two a page, for a `gh` that is told to go through a proxy."""

    def __init__(self) -> None:
        self.all: list[dict[str, Any]] = []
        self.is_writable = True
        self.authorization: set[str] = set()

    def add(self, body: str, kind: str = "Bot", association: str = "NONE") -> None:
        made = {"id": len(self.all) + 1, "body": body, "user": {"type": kind}, "author_association": association}
        self.all.append(made)

    def answer(self, method: str, url: str, sent: bytes) -> tuple[int, Any, str]:
        parts = urlsplit(url)
        issues = "/repos/acme/policies/issues"
        if parts.netloc != "api.github.localhost" or not parts.path.startswith(issues):
            return 404, {"message": "Not Found"}, ""
        if method == "GET":
            page = int(parse_qs(parts.query).get("page", ["1"])[0])
            more = f"http://api.github.localhost{parts.path}?page={page + 1}" if len(self.all) > 2 * page else ""
            return 200, self.all[2 * page - 2 : 2 * page], f'<{more}>; rel="next"' if more else ""
        if not self.is_writable:
            return 403, {"message": "Resource not accessible by integration"}, ""
        (name, body), *others = json.loads(sent).items()
        assert (name, others) == ("body", [])
        if method == "POST" and parts.path == f"{issues}/7/comments":
            self.add(body)
            return 201, self.all[-1], ""
        self.all[int(parts.path.removeprefix(f"{issues}/comments/")) - 1]["body"] = body
        return 200, {}, ""


class TestTheComment:
    """The step runs the real `gh`."""

    STEP = "Comment on the pull request"

    @pytest.fixture
    def comments(self) -> Iterator[tuple[Comments, dict[str, str]]]:
        if not shutil.which("gh"):
            pytest.skip("no GitHub CLI: apt-get install gh")
        comments = Comments()

        class Handler(BaseHTTPRequestHandler):
            def _take(self) -> None:
                sent = self.rfile.read(int(self.headers["Content-Length"] or 0))
                comments.authorization.add(self.headers["Authorization"])
                status, answer, link = comments.answer(self.command, self.path, sent)
                raw = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(raw)))
                if link:
                    self.send_header("Link", link)
                self.end_headers()
                self.wfile.write(raw)

            do_GET = do_POST = do_PATCH = _take  # noqa: N815 - the base class's names

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        # a host for which gh asks without TLS, so that a proxy sees what it asks
        proxy = f"http://127.0.0.1:{server.server_address[1]}"
        unset = dict.fromkeys(("no_proxy", "NO_PROXY", "GH_HOST", "GH_REPO", "GITHUB_TOKEN"), "")
        yield (
            comments,
            {
                **unset,
                "HTTP_PROXY": proxy,
                "http_proxy": proxy,
                "GITHUB_SERVER_URL": "http://github.localhost",
                "GITHUB_REPOSITORY": "acme/policies",
            },
        )
        server.shutdown()
        server.server_close()
        thread.join()

    def test_one_comment_is_made_and_then_edited_and_those_of_others_are_left_alone(
        self, work: Path, comments: tuple[Comments, dict[str, str]]
    ) -> None:
        there, environment = comments
        for body in ("of another tool", "of a person", "### lictor: quoted"):
            there.add(body)
        ran = run_action(work, also=(self.STEP,), environment=environment, token=TOKEN)
        assert (ran.codes[self.STEP], "::warning::" in ran.out) == (0, False), ran.out
        assert there.all[3]["body"].startswith("<!-- lictor lictor -->\n### lictor: ")
        assert "`trust-wildcard-principal`" in there.all[3]["body"]
        there.add("said later")
        (work / "repository/roles/a.json").write_text(policy(CLOSED))
        run_action(work, also=(self.STEP,), environment=environment, token=TOKEN)
        assert there.all[3]["body"].startswith("<!-- lictor lictor -->\n### lictor: 0 findings")
        others = [each["body"] for each in there.all if each["id"] != 4]
        assert others == ["of another tool", "of a person", "### lictor: quoted", "said later"]
        assert there.authorization == {f"token {TOKEN}"}

    def test_the_comment_of_a_stranger_and_of_another_category_are_not_taken_for_ours(
        self, work: Path, comments: tuple[Comments, dict[str, str]]
    ) -> None:
        there, environment = comments
        there.add("<!-- lictor iam -->\nmine!", "User", "CONTRIBUTOR")
        there.add("<!-- lictor trust -->\nof the other job")
        run_action(work, also=(self.STEP,), environment=environment, category="iam")
        assert [each["body"][:21] for each in there.all] == [
            "<!-- lictor iam -->\nm",
            "<!-- lictor trust -->",
            "<!-- lictor iam -->\n#",
        ]

    def test_a_token_that_may_not_comment_is_told_and_the_gate_still_decides(
        self, work: Path, comments: tuple[Comments, dict[str, str]]
    ) -> None:
        there, environment = comments
        there.is_writable = False
        ran = run_action(work, also=(self.STEP,), environment=environment)
        assert (ran.codes[self.STEP], ran.codes["Result"], there.all) == (0, 1, [])
        assert "::warning::no comment on the pull request: the token needs pull-requests write" in ran.out


def test_the_upload_step_sends_the_log_of_a_complete_run_only(work: Path, service: Any) -> None:
    commit = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", "commit")
    for words in (("init", "-q", "-b", "main"), ("add", "."), (*commit, "-q", "-m", "one")):
        subprocess.run(("git", *words), cwd=work / "repository", check=True)
    step = "Upload to code scanning"
    environment = {
        "GITHUB_API_URL": service.url,
        "GITHUB_REPOSITORY": "acme/policies",
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_SHA": "",
    }
    ran = run_action(work, also=(step,), environment=environment, token=service.token, category="iam")
    assert (ran.codes[step], len(service.uploads)) == (0, 1), ran.out
    (sent,) = service.uploads.values()
    (its_run,) = sent["log"]["runs"]
    assert its_run["automationDetails"]["id"] == "iam/"
    assert {each["ruleId"] for each in its_run["results"]} >= {"trust-wildcard-principal"}
    (work / "repository/roles/a.json").write_text('{"Version": ')
    ran = run_action(work, also=(step,), environment=environment, token=service.token)
    assert (ran.codes[step], ran.codes["Result"], len(service.uploads)) == (0, 3, 1)
    assert "::warning::lictor did not check everything, so nothing is uploaded" in ran.out


@pytest.mark.parametrize("hook", HOOKS, ids=[hook["id"] for hook in HOOKS])
def test_a_hook_gets_file_names_and_lets_files_without_policies_pass(work: Path, hook: dict[str, Any]) -> None:
    assert hook["pass_filenames"] is True
    command = [sys.executable, "-m", "lictor.cli", *shlex.split(hook["entry"])[1:]]
    (work / "repository/package.json").write_text('{"name": "x"}')
    codes = [
        subprocess.run([*command, name], cwd=work / "repository", capture_output=True, check=False).returncode
        for name in ("package.json", "roles/a.json")
    ]
    assert codes == [0, 1]


@pytest.mark.parametrize("hook", HOOKS, ids=[hook["id"] for hook in HOOKS])
def test_a_hook_brings_what_the_files_need_that_it_asks_for(hook: dict[str, Any]) -> None:
    read = ("a.json", "a.yaml", "a.yml", "a.template", "a.tf", "a.tf.json", "a.tofu", "a.tofu.json")
    assert all(re.search(hook["files"], name) for name in read)
    assert not any(re.search(hook["files"], name) for name in ("a.tfvars", "a.geojson", "a.py", "tf"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert hook["additional_dependencies"] == project["optional-dependencies"]["terraform"]


def test_the_image_runs_as_nobody_with_extras_that_exist_and_keeps_nothing_in_a_home() -> None:
    lines = [line.split(None, 1) for line in (ROOT / "Dockerfile").read_text().splitlines() if line[:1].isupper()]
    final = dict(lines[max(place for place, (word, _) in enumerate(lines) if word == "FROM") :])
    assert final["USER"].partition(":")[0] not in {"", "0", "root"}
    assert json.loads(final["ENTRYPOINT"]) == ["lictor"]
    assert json.loads(final["CMD"]) == ["check", "."]
    assert "XDG_CACHE_HOME=/tmp/" in final["ENV"]
    (installed,) = re.findall(r"/source\[([\w,-]+)\]", (ROOT / "Dockerfile").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert set(installed.split(",")) <= project["project"]["optional-dependencies"].keys()
    left_out = {line.rstrip("/") for line in (ROOT / ".dockerignore").read_text().split()}
    needed = {Path(name).parts[0] for name in project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]}
    needed |= {project["project"]["readme"], *project["project"]["license-files"]}
    assert not needed & left_out
