"""Whether lictor's own rules and rulesets are as they were released: then its tests found nothing wrong with them.

Most of what a first run takes would go into finding that out once more.
"""

from lictor import __version__
from lictor.api.requests import PluginChoice
from lictor.host import Plugins

_OWN = "lictor"


def is_released(plugins: Plugins, choice: PluginChoice) -> bool:
    """Tell whether all of lictor's own plugins run, undisturbed by others, as they were installed from its wheel.

    Out of a working tree, or without one of the plugins that rules rest on, everything is checked.
    """
    own = [source.directory for source in plugins.rule_sources if source.distribution == _OWN]
    is_whole = not choice.blocked and not plugins.problems
    wheel = f"lictor-{__version__}.dist-info"
    return bool(own) and is_whole and all((directory.parent / wheel).is_dir() for directory in own)


def released_rulesets(plugins: Plugins, choice: PluginChoice) -> frozenset[str]:
    """Return the texts of the rulesets that need no checking."""
    if not is_released(plugins, choice):
        return frozenset()
    own = (plugin for plugin in plugins.plugins if plugin.distribution == _OWN)
    names = [name for plugin in own for name in plugin.registered.get("rulesets", ())]
    return frozenset(plugins.registry.rulesets[name].text for name in names)
