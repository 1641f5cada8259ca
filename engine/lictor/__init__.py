"""lictor: policy as code for people who don't want to learn a policy language.

This is the public face: what a plugin or a script needs. Names are imported when they are first used, so that
`import lictor` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lictor.errors import LictorError
    from lictor.hookmarkers import hookimpl
    from lictor.model import *  # noqa: F403 - every value type is public

__version__ = "0.1.0"

_HOMES = {
    "hookimpl": "lictor.hookmarkers",
    "LictorError": "lictor.errors",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    """Import a public name from the module it lives in (PEP 562)."""
    if name.startswith("__"):
        raise AttributeError(name)
    module = import_module(_HOMES.get(name, "lictor.model"))
    try:
        return getattr(module, name)
    except AttributeError:
        raise AttributeError(f"module 'lictor' has no attribute '{name}'") from None
