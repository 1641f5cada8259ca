"""Where the parts of a normalised value stand in its document."""

from lictor import Path


class Places:
    """A table from paths in a normalised value to paths in the document, filled only when asked to record."""

    def __init__(self, *, is_recording: bool) -> None:
        """Start an empty table; one that does not record stays empty, at next to no cost."""
        self._is_recording = is_recording
        self._sources: dict[Path, Path] = {}

    @property
    def is_recording(self) -> bool:
        """Tell whether what is added is kept."""
        return self._is_recording

    def add(self, path: Path, source: Path) -> None:
        """Record where the part at `path` stands."""
        if self._is_recording:
            self._sources[path] = source

    def find(self, path: Path, base: Path) -> Path:
        """Return where the part at `path` stands, or the nearest part around it that stands anywhere."""
        while path not in self._sources:
            if not path:
                return base
            path = path[:-1]
        return self._sources[path]
