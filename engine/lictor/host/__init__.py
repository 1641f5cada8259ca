"""The plugin host: finds plugins, loads them, and freezes what they register."""

from lictor.host.entry_points import EntryPoint, find_entry_points, installed_versions
from lictor.host.plugins import Plugin, Plugins, RuleSource, load_plugins

__all__ = ["EntryPoint", "Plugin", "Plugins", "RuleSource", "find_entry_points", "installed_versions", "load_plugins"]
