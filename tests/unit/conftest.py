"""What several modules use: the command line in a process of its own, and plugins made on the spot."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, Protocol

import pytest


class Ran(NamedTuple):
    """How a run of the command line ended. What it wrote must be UTF-8."""

    code: int
    out: str
    err: str


class Lictor(Protocol):
    """Run `lictor` in a directory; more variables of the environment by name."""

    def __call__(self, work: Path, *words: str, stdin: str = "", **environment: str) -> Ran: ...


LoadModule = Callable[[str], ModuleType]

MakePlugin = Callable[[str, str], Path]
"""Write a plugin, by its name and its module's text, as pip would install it; returns what PYTHONPATH needs."""


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home directory whose name may show in no output."""
    return tmp_path_factory.mktemp("home-of-nobody")


@pytest.fixture(scope="session")
def lictor(home: Path) -> Lictor:
    def run(work: Path, *words: str, stdin: str = "", **environment: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "lictor.cli", *words],
            cwd=work,
            env={**_CLEAN, "HOME": str(home), **environment},
            input=stdin.encode(),
            capture_output=True,
            check=False,
            timeout=60,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture(scope="session")
def load_module() -> LoadModule:
    """Import what is beside the tests and is no package, by its path from the folder `tests`."""

    def load(name: str) -> ModuleType:
        home = Path(__file__).parents[1] / name
        spec = importlib.util.spec_from_file_location(home.stem, home)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[home.stem] = module  # dataclasses look their module up
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture(scope="session")
def code_scanning(load_module: LoadModule) -> ModuleType:
    """The module of the stand-in for GitHub code scanning."""
    return load_module("unit/code_scanning_server.py")


@pytest.fixture
def service(code_scanning: ModuleType) -> Iterator[Any]:
    """A running stand-in for GitHub code scanning."""
    with code_scanning.serving() as running:
        yield running


_CLEAN = {
    name: value
    for name, value in os.environ.items()
    if name not in {"XDG_CACHE_HOME", "PYTHONPATH", "FORCE_COLOR", "CLICOLOR_FORCE", "LICTOR_TRACEBACK"}
}


@pytest.fixture
def make_plugin(tmp_path_factory: pytest.TempPathFactory) -> MakePlugin:
    def make(name: str, source: str) -> Path:
        site = tmp_path_factory.mktemp("site")
        (site / f"{name}.py").write_text(source)
        (site / f"{name}-1.0.dist-info").mkdir()
        (site / f"{name}-1.0.dist-info" / "entry_points.txt").write_text(f"[lictor]\n{name} = {name}\n")
        return site

    return make
