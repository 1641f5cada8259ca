"""The plugin host: finds plugins, loads them, and freezes what they register."""

from lictor.host.entry_points import EntryPoint, find_entry_points
from lictor.host.plugins import Plugin, Plugins, RuleSource, load_plugins

__all__ = ["EntryPoint", "Plugin", "Plugins", "RuleSource", "find_entry_points", "load_plugins"]
