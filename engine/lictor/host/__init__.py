"""The plugin host: finds plugins, loads them, and freezes what they register.

Names are imported when first used: a run whose plugins are known from an earlier one never imports pluggy.
"""

from typing import TYPE_CHECKING

from lictor.exports import lazy_exports

if TYPE_CHECKING:
    from lictor.host.entry_points import EntryPoint, find_entry_points, installed_versions
    from lictor.host.loaded import Plugin, Plugins, RuleSource, finish_nothing
    from lictor.host.plugins import load_plugins

_HOMES = {
    "EntryPoint": "entry_points",
    "find_entry_points": "entry_points",
    "installed_versions": "entry_points",
    "Plugin": "loaded",
    "Plugins": "loaded",
    "RuleSource": "loaded",
    "finish_nothing": "loaded",
    "load_plugins": "plugins",
}

__all__ = [
    "EntryPoint",
    "Plugin",
    "Plugins",
    "RuleSource",
    "find_entry_points",
    "finish_nothing",
    "installed_versions",
    "load_plugins",
]

__getattr__ = lazy_exports(__name__, _HOMES)
