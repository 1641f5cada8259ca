"""A cluster of two Dask workers over loopback says what this process says, also when a worker is killed."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lictor import LictorError
from lictor_plugins.executors.cluster import open_cluster

distributed = pytest.importorskip("distributed", reason="distributed, of the extra 'dask', is not installed")

Lictor = Callable[..., Any]

pytestmark = pytest.mark.filterwarnings("ignore")  # distributed's own, about sockets that are closed late

PLUGIN = """
import os, signal
from pathlib import Path
from lictor import Rule, hookimpl

def killed_once(subject, parameters):
    marker = Path(os.environ["ACME_MARKER"])
    if subject.document.uri.endswith("0500.json"):
        try:
            marker.touch(exist_ok=False)
        except FileExistsError:
            return ()
        os.kill(os.getpid(), signal.SIGKILL)
    return ()

def deadly(subject, parameters):
    if subject.document.uri.endswith("0007.json"):
        os.kill(os.getpid(), signal.SIGKILL)
    return ()

@hookimpl
def register_rules():
    kinds = ("aws.iam.trust-policy",)
    return [Rule("acme-once", "t", "m", kinds, check=killed_once), Rule("acme-deadly", "t", "m", kinds, check=deadly)]
"""
POLICY = '{"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}}'
DOCUMENTS = 1_000


class Cluster:
    """Where it is, and the environment in which its workers run."""

    def __init__(self, address: str, environment: dict[str, str]) -> None:
        self.address = address
        self.environment = environment


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    site = tmp_path_factory.mktemp("site")
    (site / "acme_deaths.py").write_text(PLUGIN)
    (site / "acme_deaths-1.0.dist-info").mkdir()
    (site / "acme_deaths-1.0.dist-info" / "entry_points.txt").write_text("[lictor]\nacme-deaths = acme_deaths\n")
    environment = {"PYTHONPATH": str(site), "ACME_MARKER": str(site / "marker")}
    patch = pytest.MonkeyPatch()
    for name, value in environment.items():
        patch.setenv(name, value)
    patch.syspath_prepend(str(site))  # the processes that multiprocessing spawns have their parent's path
    import dask

    quiet = {"dashboard_address": None, "silence_logs": 50}
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),  # a worker takes long to start again
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", **quiet) as running,
    ):
        yield Cluster(running.scheduler_address, environment)
    patch.undo()


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("policies")
    for number in range(DOCUMENTS):
        policy = POLICY if number % 10 == 0 else POLICY.replace('"*"', '"111122223333"')
        (folder / f"{number:04}.json").write_text(policy)
    return folder


def test_a_worker_that_is_killed_in_the_middle_costs_nothing(cluster: Cluster, policies: Path, lictor: Lictor) -> None:
    words = ("check", ".", "--only", "trust-wildcard-principal", "--only", "acme-once", "--no-cache", "-o", "sarif")
    marker = Path(cluster.environment["ACME_MARKER"])
    marker.unlink(missing_ok=True)
    spread = lictor(policies, *words, "--executor", "dask", "--scheduler", cluster.address, **cluster.environment)
    assert marker.exists(), "no worker was killed"
    serial = lictor(policies, *words, "--executor", "serial", **cluster.environment)
    assert (spread.code, spread.err) == (1, "")
    assert spread.out == serial.out
    assert len(json.loads(serial.out)["runs"][0]["results"]) == DOCUMENTS // 10


def test_what_kills_every_worker_is_named_and_the_rest_is_checked(
    cluster: Cluster, policies: Path, lictor: Lictor, tmp_path: Path
) -> None:
    for number in range(20):
        (tmp_path / f"{number:04}.json").write_bytes((policies / f"{number:04}.json").read_bytes())
    words = ("check", ".", "--only", "trust-wildcard-principal", "--only", "acme-deadly", "--no-cache", "-o", "json")
    ran = lictor(tmp_path, *words, "--executor", "dask", "--scheduler", cluster.address, **cluster.environment)
    report = json.loads(ran.out)
    (problem,) = report["problems"]
    assert (problem["code"], problem["location"]["uri"]) == ("worker-died", "0007.json")
    assert [finding["location"]["uri"] for finding in report["findings"]] == ["0000.json", "0010.json"]
    assert report["receipt"]["documents"] == 19


def test_a_worker_with_other_plugins_is_told(cluster: Cluster, policies: Path, lictor: Lictor) -> None:
    words = ("check", "0000.json", "--only", "trust-wildcard-principal", "--no-cache", "--executor", "dask")
    ran = lictor(policies, *words, "--scheduler", cluster.address)
    assert ran.code == 2
    assert "the plugin 'acme-deaths' is version 1.0 on a worker, and missing here" in ran.out + ran.err


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lictor_plugins.executors.cluster._ANSWER", 0.5)
    with pytest.raises(LictorError, match=r"no Dask scheduler answers at 'tcp://127.0.0.1:9'"):
        open_cluster("tcp://127.0.0.1:9", 1, print, ())
    with pytest.raises(LictorError, match=r"no Dask scheduler answers at 'nonsense://x'"):
        open_cluster("nonsense://x", 1, print, ())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--executor", "dask"), "the executor 'dask' needs a scheduler"),
        (("--scheduler", "tcp://127.0.0.1:9"), "--scheduler is for an executor that has one"),
        (("--executor", "serial", "--scheduler", "tcp://127.0.0.1:9"), "--scheduler is for an executor that has one"),
    ],
)
def test_a_scheduler_and_its_executor_go_together(
    words: tuple[str, ...], said: str, policies: Path, lictor: Lictor
) -> None:
    ran = lictor(policies, "check", "0000.json", "--no-cache", *words)
    assert ran.code == 2
    assert said in ran.out + ran.err
