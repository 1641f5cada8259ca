"""Documents in object stores: listed, read and reported as files are, by their addresses."""

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from lictor import CheckRequest, LictorError, Listed, PolicyChoice, Report, check
from lictor.model import Budgets
from lictor_plugins.sources.remote import is_remote, list_documents, read_document_up_to

Lictor = Callable[..., Any]

fsspec = pytest.importorskip("fsspec", reason="the extra 'remote' is not installed")

pytestmark = pytest.mark.filterwarnings("ignore")  # those of moto and of what stores' clients run on

OPEN = b'{"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}}'


@pytest.fixture
def memory() -> Iterator[Any]:
    files = fsspec.filesystem("memory")
    for name in ("roles/a.json", "roles/b c/\u00e9.json", "roles/b c/notes.md", "roles/d.yaml"):
        files.pipe_file(f"/{name}", OPEN)
    files.pipe_file("/roles/empty.json", b"")
    yield files
    files.rm("/", recursive=True)


def checked(root: Path, *names: str, exclude: tuple[str, ...] = (), **options: Any) -> Report:
    only = PolicyChoice(only=("trust-wildcard-principal",))
    return check(CheckRequest(names, root, dt.date(2026, 1, 1), only, exclude=exclude, **options))


def uris(report: Report) -> list[str]:
    return [finding.location.uri for finding in report.findings]


def test_all_documents_below_an_address_are_checked_that_have_a_known_format(memory: Any, tmp_path: Path) -> None:
    assert memory
    report = checked(tmp_path, "memory://roles/")
    assert uris(report) == ["memory://roles/a.json", "memory://roles/b c/\u00e9.json", "memory://roles/d.yaml"]
    assert [problem.code for problem in report.problems] == ["empty-document"]
    region = report.findings[0].location.region
    assert region is not None
    assert OPEN[region.start_column - 1 : region.end_column - 1] == b'"*"'


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("memory://roles/*.json", ["a.json"]),
        ("memory://roles/**/*.json", ["a.json", "b c/\u00e9.json"]),
        ("memory://roles/**", ["a.json", "b c/\u00e9.json", "d.yaml"]),
        ("memory://roles/?.yaml", ["d.yaml"]),
        ("memory://roles/b c", ["b c/\u00e9.json"]),
        ("memory://roles/d.yaml", ["d.yaml"]),
    ],
)
def test_patterns_folders_and_names_work_as_for_files(
    memory: Any, tmp_path: Path, address: str, found: list[str]
) -> None:
    assert memory
    assert uris(checked(tmp_path, address)) == [f"memory://roles/{name}" for name in found]


def test_what_is_excluded_is_left_out_unless_it_is_named(memory: Any, tmp_path: Path) -> None:
    assert memory
    assert uris(checked(tmp_path, "memory://roles/*.json", "memory://roles/d.yaml", exclude=("a.json", "*.yaml"))) == [
        "memory://roles/d.yaml"
    ]


def test_what_is_larger_than_the_budget_is_told_and_never_opened(
    memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    before = type(memory).cat_file

    def cat_file(self: Any, path: str, **options: Any) -> bytes:
        opened.append(path)
        return bytes(before(self, path, **options))

    monkeypatch.setattr(type(memory), "cat_file", cat_file)
    memory.pipe_file("/roles/large.json", b" " * 1_000 + OPEN)
    report = checked(tmp_path, "memory://roles/*.json", budgets=Budgets(file_bytes=900))
    codes = {problem.location.uri: problem.code for problem in report.problems if problem.location}
    assert codes["memory://roles/large.json"] == "file-too-large"
    assert uris(report) == ["memory://roles/a.json"]
    assert opened
    assert not any("large" in path for path in opened)


def test_no_more_than_the_limit_is_read(memory: Any) -> None:
    assert memory
    assert read_document_up_to("memory://roles/a.json", 5) == OPEN[:5]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("memory://roles/*.toml", "nothing in the store matches 'memory://roles/\\*.toml'"),
        ("memory://nowhere/", "there is nothing at this address"),
        ("memory://roles/z.json", "there is nothing at this address"),
    ],
)
def test_an_address_that_leads_to_nothing_is_told(memory: Any, tmp_path: Path, address: str, said: str) -> None:
    assert memory
    with pytest.raises(LictorError, match=said):
        tuple(list_documents(address))
    assert checked(tmp_path, address).exit_code in {2, 3}


def test_files_of_this_machine_are_no_addresses_and_a_missing_package_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_remote("file")
    assert is_remote("hf")
    monkeypatch.setitem(__import__("sys").modules, "fsspec", None)
    monkeypatch.setitem(__import__("sys").modules, "fsspec.core", None)
    assert is_remote("s3")
    assert not is_remote("hf")
    (problem,) = (each for each in checked(tmp_path, "s3://bucket/").problems if each.code == "source-error")
    assert (problem.message, problem.hint) == (
        "reading 's3://' addresses needs the package 'fsspec'",
        "pip install 'lictor[remote]'",
    )


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        answers = {"/open.json": 200, "/denied.json": 403}
        self.send_response(answers.get(self.path.partition("?")[0], 404))
        self.end_headers()
        self.wfile.write(OPEN)

    do_HEAD = do_GET  # noqa: N815 - the server's name for it

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def web() -> Iterator[str]:
    pytest.importorskip("aiohttp")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_web_page_is_read_and_no_output_holds_what_signs_its_address(
    web: str, lictor: Lictor, tmp_path: Path
) -> None:
    addresses = [f"http://{web}/{name}.json?Signature=HUSH" for name in ("open", "denied", "lost")]
    words = ("check", *addresses, f"http://me:HUSH@{web}/lost.json", "--only", "trust-wildcard-principal")
    ran = lictor(tmp_path, *words, "--no-cache", "-o", "json", "-o", "sarif=x.sarif")
    report = json.loads(ran.out)
    assert [finding["location"]["uri"] for finding in report["findings"]] == [f"http://{web}/open.json"]
    assert {problem["location"]["uri"] for problem in report["problems"]} == {
        f"http://{web}/denied.json",
        f"http://{web}/lost.json",
    }
    assert "HUSH" not in ran.out + ran.err + (tmp_path / "x.sarif").read_text()


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, str]]:
    """Return the environment in which clients of S3 find a server with a bucket."""
    pytest.importorskip("s3fs", reason="the extra 'remote' is not installed")
    moto_server = pytest.importorskip("moto.server", reason="moto[server], of the extra 'test', is not installed")
    import boto3

    running = moto_server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    environment = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="policies")
        client.put_object(Bucket="policies", Key="roles/b c/\u00e9#1.json", Body=OPEN)
        client.put_object(Bucket="policies", Key="roles/empty.json", Body=b"")
        client.put_object(Bucket="policies", Key="roles/", Body=b"")
        for number in range(40):
            client.put_object(Bucket="policies", Key=f"many/{number:02}.json", Body=OPEN if number % 10 == 0 else b"{}")
        yield environment
    running.stop()


def test_a_bucket_is_checked_and_its_log_has_absolute_uris(
    bucket: dict[str, str], lictor: Lictor, tmp_path: Path
) -> None:
    words = ("check", "s3://policies/roles/", "--only", "trust-wildcard-principal", "--no-cache", "-o", "sarif")
    ran = lictor(tmp_path, *words, **bucket)
    assert ran.code == 1, ran.err
    (run,) = json.loads(ran.out)["runs"]
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "s3://policies/roles/b%20c/%C3%A9%231.json", "index": 0}
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert [note["descriptor"]["id"] for note in notes] == ["empty-document"]


def test_every_page_of_a_listing_is_read(bucket: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert bucket
    monkeypatch.setattr("lictor_plugins.sources.remote._PAGE", 7)
    names = [listed.address for listed in list_documents("s3://policies/many/")]
    assert names == [f"s3://policies/many/{number:02}.json" for number in range(40)]


def test_workers_find_in_a_bucket_what_one_process_finds(
    bucket: dict[str, str], lictor: Lictor, tmp_path: Path
) -> None:
    words = ("check", "s3://policies/many/", "--only", "trust-wildcard-principal", "--no-cache", "-o", "json")
    ran = lictor(tmp_path, *words, **bucket)
    assert json.loads(ran.out)["receipt"]["documents"] == 40
    assert len(json.loads(ran.out)["findings"]) == 4
    assert lictor(tmp_path, *words, "--jobs", "2", **bucket).out == ran.out


def test_a_bucket_that_is_not_there_is_told(bucket: dict[str, str], lictor: Lictor, tmp_path: Path) -> None:
    ran = lictor(tmp_path, "check", "s3://nowhere/", "--no-cache", **bucket)
    assert ran.code == 3
    assert "there is nothing at this address" in ran.out + ran.err
    assert "testing" not in ran.out + ran.err


def test_a_store_that_denies_access_is_told(monkeypatch: pytest.MonkeyPatch, memory: Any) -> None:
    def denied(*_arguments: Any, **_options: Any) -> None:
        raise PermissionError("AKIAHUSH")

    monkeypatch.setattr(type(memory), "ls", denied)
    with pytest.raises(LictorError, match="the store denies access") as raised:
        tuple(list_documents("memory://roles/"))
    assert "HUSH" not in str(raised.value.problems)


def test_sizes_come_with_the_listing(memory: Any) -> None:
    assert memory
    assert next(list_documents("memory://roles/*.yaml")) == Listed("memory://roles/d.yaml", len(OPEN), is_named=False)
