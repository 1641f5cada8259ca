"""Values of a document by their path, also those inside of a string that holds JSON."""

from typing import Any

from lictor import EMBEDDED, Path, embedded_json


def value_at(data: Any, path: Path) -> Any:  # noqa: ANN401 - any JSON value
    """Return what stands at a path; None when there is nothing."""
    for step in path:
        if step == EMBEDDED and isinstance(data, str):
            data = embedded_json(data)
        else:
            is_there = step in data if isinstance(data, dict) else isinstance(data, list) and step in range(len(data))
            if not is_there:
                return None
            data = data[step]
    return data
