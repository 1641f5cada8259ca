"""Package exports that are imported when first used (PEP 562), so that a command pays only for what it needs."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy_exports(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a package's `__getattr__`. `homes` maps each exported name to the package's module that holds it.

    No module may have the name of something it exports: once it is imported, the package's attribute is the module.
    """

    def find(name: str) -> Any:  # noqa: ANN401 - any public name
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module '{package}' has no attribute '{name}'")
        found = getattr(import_module(f"{package}.{home}"), name)
        setattr(sys.modules[package], name, found)  # whoever asks again finds it without asking here
        return found

    return find
