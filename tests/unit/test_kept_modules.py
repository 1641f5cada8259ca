"""Modules that are kept in one file are those that Python would find, or are not taken from there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
from lictor.cli.kept_modules import KeptModules
sys.modules["some.thing"] = object()
sys.path.insert(0, sys.argv[1])
kept = KeptModules(sys.argv[2])
sys.meta_path.insert(0, kept)
import acme.one, acme.inner.two
print(acme.one.VALUE, acme.inner.two.VALUE, *(type(m.__spec__.loader).__name__ for m in (acme, acme.one, acme.inner)))
kept.keep()
"""
FROM_PYTHON = "SourceFileLoader SourceFileLoader SourceFileLoader"
FROM_FILE = "SourceFileLoader _KeptLoader _KeptLoader"


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    inner = tmp_path / "packages" / "acme" / "inner"
    inner.mkdir(parents=True)
    for file, value in (("__init__", 0), ("one", 1), ("inner/__init__", 0), ("inner/two", 2)):
        (inner.parent / f"{file}.py").write_text(f"VALUE = {value}\n")
    return tmp_path / "packages"


def run(packages: Path, cache: Path, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, str(packages), str(cache)],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=True,
        cwd=packages,
    ).stdout.strip()


def keep(packages: Path, cache: Path) -> Path:
    """Run until modules are kept, and return their file."""
    for _ in range(3):
        assert run(packages, cache) == f"1 2 {FROM_PYTHON}"
        (file,) = cache.iterdir()
        if file.stat().st_size:
            return file
    raise AssertionError("nothing is kept")


def test_modules_are_kept_by_the_second_run_and_taken_by_the_third(packages: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    run(packages, cache)
    (file,) = cache.iterdir()
    assert file.stat().st_size == 0
    keep(packages, cache)
    assert run(packages, cache) == f"1 2 {FROM_FILE}"


def test_a_module_that_changed_is_read_again_and_kept_again(packages: Path, tmp_path: Path) -> None:
    keep(packages, tmp_path / "cache")
    (packages / "acme" / "one.py").write_text("VALUE = 100\n")
    assert run(packages, tmp_path / "cache") == "100 2 SourceFileLoader SourceFileLoader _KeptLoader"
    assert run(packages, tmp_path / "cache") == f"100 2 {FROM_FILE}"


def test_a_module_of_the_same_size_and_another_time_is_read_again(packages: Path, tmp_path: Path) -> None:
    keep(packages, tmp_path / "cache")
    one = packages / "acme" / "one.py"
    before = one.stat().st_mtime
    one.write_text("VALUE = 7\n")
    os.utime(one, (before + 5, before + 5))
    assert run(packages, tmp_path / "cache").startswith("7 2 ")


def test_a_package_of_the_same_name_elsewhere_is_not_mixed_with_it(packages: Path, tmp_path: Path) -> None:
    keep(packages, tmp_path / "cache")
    other = tmp_path / "other"
    (other / "acme" / "inner").mkdir(parents=True)
    for file in ("__init__", "one", "inner/__init__", "inner/two"):
        (other / "acme" / f"{file}.py").write_text("VALUE = 9\n")
    assert run(other, tmp_path / "cache") == f"9 9 {FROM_PYTHON}"


def test_a_module_that_is_gone_is_gone(packages: Path, tmp_path: Path) -> None:
    keep(packages, tmp_path / "cache")
    (packages / "acme" / "one.py").unlink()
    with pytest.raises(subprocess.CalledProcessError):
        run(packages, tmp_path / "cache")


def test_another_python_takes_nothing(packages: Path, tmp_path: Path) -> None:
    file = keep(packages, tmp_path / "cache")
    content = file.read_bytes()
    version = sys.version.encode()
    assert version in content
    file.write_bytes(content.replace(version, version[:-1] + b"!"))
    assert run(packages, tmp_path / "cache") == f"1 2 {FROM_PYTHON}"
    assert run(packages, tmp_path / "cache", PYTHONOPTIMIZE="1") == f"1 2 {FROM_PYTHON}"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="nothing is kept where ownership can't be told")
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_directory_that_others_can_write_to_is_never_read(packages: Path, tmp_path: Path, mode: int) -> None:
    keep(packages, tmp_path / "cache")
    (tmp_path / "cache").chmod(mode)
    assert run(packages, tmp_path / "cache") == f"1 2 {FROM_PYTHON}"


@pytest.mark.parametrize("cut", [0, 4, 8, 100, -1])
def test_a_spoilt_file_costs_nothing(packages: Path, tmp_path: Path, cut: int) -> None:
    file = keep(packages, tmp_path / "cache")
    content = file.read_bytes()
    for spoilt in (content[:cut], content[:cut] + b"\xff" * 20):
        file.write_bytes(spoilt)
        assert run(packages, tmp_path / "cache").startswith("1 2 ")
    assert run(packages, tmp_path / "cache").startswith("1 2 ")


def test_who_wants_no_bytecode_written_gets_none(packages: Path, tmp_path: Path) -> None:
    run(packages, tmp_path / "cache", PYTHONDONTWRITEBYTECODE="1")
    assert not (tmp_path / "cache").exists()


def test_a_directory_that_can_not_be_made_costs_nothing(packages: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert run(packages, tmp_path / "file" / "cache") == f"1 2 {FROM_PYTHON}"
