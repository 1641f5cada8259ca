"""The least that a program over documents does: walk, read, parse. `python floor.py DIRECTORY`.

JSON with the standard library, YAML with PyYAML's C loader, which makes no places.
"""

import json
import os
import sys


def main() -> None:
    """Parse each file below the directory and print how many there were."""
    count = 0
    for folder, _, names in os.walk(sys.argv[1]):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:  # noqa: PTH118, PTH123 - the least
                content = file.read()
            if name.endswith(".json"):
                json.loads(content)
            else:
                _load_yaml(content)
            count += 1
    print(count)


def _load_yaml(content: bytes) -> None:
    import yaml

    class Loader(yaml.CSafeLoader):
        """Reads CloudFormation's short forms as what is below them."""

    Loader.add_multi_constructor("!", lambda loader, _, node: _plain(loader, node))
    globals()["_load_yaml"] = lambda text: yaml.load(text, Loader)  # noqa: S506 - it is the safe one
    _load_yaml(content)


def _plain(loader, node):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - YAML's own types
    if node.id == "scalar":
        return loader.construct_scalar(node)
    return loader.construct_mapping(node) if node.id == "mapping" else loader.construct_sequence(node)


if __name__ == "__main__":
    main()
