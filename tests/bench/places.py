"""What places cost beside parsers that have none: `python tests/bench/places.py`.

Of JSON: finding every place that eleven rules tell of, beside `json.loads` of the files that these are in. Of YAML:
reading all files and finding those places, beside PyYAML's `CSafeLoader`, which only reads. Both in CPU of this
process, in turn; the figure is the median of the pairs. A file counts as matched when something was found in it.
"""

import argparse
import datetime as dt
import gc
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from corpus import role_dump, templates, trust_policies, write_corpus

from lictor.api.checking import check
from lictor.api.preparation import prepare
from lictor.api.requests import CheckRequest, PluginChoice, PolicyChoice
from lictor.documents import read_bytes
from lictor.model import Budgets, Document
from lictor.model import Path as ValuePath

HERE = Path(__file__).parent
RULES = HERE / "rules/lictor/bench.yaml"


class Matched(NamedTuple):
    """A file, its text and the paths in it at which something was found."""

    uri: str
    text: str
    paths: Sequence[ValuePath]


def matched_files(directory: Path, kinds: dict[str, str]) -> Iterator[Matched]:
    """Yield the files below a directory with what the eleven rules find in them."""
    request = CheckRequest(
        (str(directory),), directory, dt.date(2026, 1, 1), PolicyChoice((str(RULES),)), kinds=kinds, jobs=1
    )
    paths: dict[str, list[ValuePath]] = {}
    for finding in check(request).findings:
        paths.setdefault(finding.location.uri, []).append(finding.location.path)
    for file in sorted(directory.rglob("*.*")):
        uri = file.relative_to(directory).as_posix()
        yield Matched(uri, file.read_text(), paths.get(uri, ()))


def of_json(files: Sequence[Matched], loaders: Any, rounds: int) -> float:
    """Return what finding all places takes beside `json.loads` of the same files."""
    matched = [file for file in files if file.paths]

    def documents() -> list[tuple[Document, Sequence[ValuePath]]]:
        return [(read(file, loaders), file.paths) for file in matched]

    def places(read_files: list[tuple[Document, Sequence[ValuePath]]]) -> None:
        for document, paths in read_files:
            for path in paths:
                document.region_of(path)

    return ratio(places, documents, lambda _: [json.loads(file.text) for file in matched], rounds)


def of_yaml(files: Sequence[Matched], loaders: Any, rounds: int) -> float:
    """Return what reading all files and finding all places takes beside PyYAML's loading of them."""
    sys.path.insert(0, str(HERE / "drivers"))
    import floor

    def read_with_places(_: object) -> None:
        for file in files:
            document = read(file, loaders)
            for path in file.paths:
                document.region_of(path)

    return ratio(read_with_places, list[Any], lambda _: [floor._load_yaml(file.text) for file in files], rounds)  # noqa: SLF001 - the same loader as the whole process is compared with


def read(file: Matched, loaders: Any) -> Document:
    """Return the document of a file."""
    return read_bytes(file.uri, file.text.encode(), loaders, Budgets()).documents[0]


def ratio(
    first: Callable[[Any], object], prepare: Callable[[], Any], second: Callable[[Any], object], rounds: int
) -> float:
    """Return the median of the CPU of one thing divided by that of another; preparing is not counted."""
    return statistics.median(taken(first, prepare()) / taken(second, None) for _ in range(rounds))


def taken(call: Callable[[Any], object], prepared: Any) -> float:
    """Return the seconds of CPU of a call."""
    gc.collect()
    start = time.process_time()
    call(prepared)
    return time.process_time() - start


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--roles", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    gc.set_threshold(10_000, 20, 20)  # as the command line has it
    loaders = prepare(PolicyChoice((str(RULES),)), PluginChoice(), HERE).registry.loaders
    trust = "aws.iam.trust-policy"
    print("| what | files | places | beside | ratio |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        count, seed = options.files, options.seed
        write_corpus(work / "json", trust_policies(count, seed, formats=("json",)))
        (work / "dump").mkdir()
        (work / "dump/account.json").write_text("".join(role_dump(options.roles, seed)))
        write_corpus(work / "yaml", trust_policies(count, seed, formats=("yaml",)))
        write_corpus(work / "templates", templates(count, seed))
        rows: list[tuple[str, str, dict[str, str], Callable[[Sequence[Matched], Any, int], float], str]] = [
            ("small JSON files", "json", {}, of_json, "json.loads"),
            (f"a dump with {options.roles:,} roles", "dump", {}, of_json, "json.loads"),
            ("trust policies in YAML", "yaml", {"**": trust}, of_yaml, "CSafeLoader.load"),
            ("CloudFormation templates", "templates", {}, of_yaml, "CSafeLoader.load"),
        ]
        for name, folder, kinds, measure, beside in rows:
            files = list(matched_files(work / folder, kinds))
            places = sum(len(file.paths) for file in files)
            got = measure(files, loaders, options.rounds)
            print(f"| {name} | {len(files):,} | {places:,} | {beside} | **{got:.2f}** |", flush=True)


if __name__ == "__main__":
    main()
