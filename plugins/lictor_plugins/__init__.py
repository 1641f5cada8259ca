"""The plugins that ship with lictor. Each registers through the hooks that a team's plugin uses."""
