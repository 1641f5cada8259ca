"""Put what is made of the rules and rulesets into the wheel, so that no installed lictor has to make it (ADR 21)."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ReleaseHook(BuildHookInterface[Any]):
    """Runs `lictor.api.release_writer` out of the source tree."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the package `lictor.release`. An editable install has none: its files change."""
        if version == "editable":
            return
        self._made = tempfile.TemporaryDirectory()
        out = Path(self._made.name, "release")
        source = Path(self.root)
        packages = [str(source / package) for package in ("engine", "plugins", "rules", "rulesets")]
        if os.environ.get("PYTHONPATH"):
            packages.append(os.environ["PYTHONPATH"])  # by which pip makes known what the build requires
        points = self.metadata.core.entry_points["lictor"]
        subprocess.run(
            [sys.executable, "-m", "lictor.api.release_writer", str(out), *(f"{n}={m}" for n, m in points.items())],
            # the same bytes whatever the order of sets
            env={**os.environ, "PYTHONPATH": os.pathsep.join(packages), "PYTHONHASHSEED": "0"},
            check=True,
        )
        build_data["force_include"][str(out)] = "lictor/release"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Forget what was made."""
        if version != "editable":
            self._made.cleanup()
