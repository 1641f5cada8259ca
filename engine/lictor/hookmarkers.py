"""The mark that a plugin puts on the hooks it implements."""

import pluggy

hookimpl = pluggy.HookimplMarker("lictor")
