"""A `check.py` beside a rule.yaml: imported by its path, when the rule is first asked."""

import functools
import pathlib
import sys
from collections.abc import Iterable, Mapping
from typing import Any, cast

from lictor.model import Check, Match, Subject


class FileCheck:
    """A check that lives in a file. It is a value: comparing and copying it to another process imports nothing."""

    __slots__ = ("file",)

    def __init__(self, file: pathlib.Path) -> None:
        """Take the file; it is not looked at yet."""
        self.file = file

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FileCheck) and self.file == other.file

    def __hash__(self) -> int:
        return hash(self.file)

    def __call__(self, subject: Subject, parameters: Mapping[str, Any]) -> Iterable[Match]:
        """Run the file's `check(subject, parameters)`."""
        return _check_in(self.file)(subject, parameters)


@functools.cache
def _check_in(file: pathlib.Path) -> Check:
    import hashlib
    import importlib.util

    name = f"_lictor_check_{hashlib.sha256(str(file).encode()).hexdigest()[:16]}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"no module can be made of '{file.name}'")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses with postponed annotations look their module up there
    spec.loader.exec_module(module)
    try:
        return cast("Check", module.check)
    except AttributeError:
        raise ImportError(f"'{file.name}' has no function 'check(subject, parameters)'") from None
