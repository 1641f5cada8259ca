"""Compare lictor with other tools: `python tests/bench/compare.py --peers DIRECTORY`, where `peers.sh` put them.

It makes a corpus, checks first that all who are asked the same find the same, then times each tool and lictor in turn
and prints Markdown: medians, with the range of the ratios. It measures the lictor of the Python that runs it, or of
`--python`. `--write` puts what it prints into docs/reference/performance.md and a few rows of it into the README.
"""

import argparse
import datetime as dt
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

from corpus import role_dump, templates, write_corpus
from many_rules import write_rules
from measuring import Run, compared, in_turn, median, table, version_of
from peers import DRIVERS, HERE, Peer, Rules, installed
from stopwatch import Timing

PAGE = HERE.parents[1] / "docs/reference/performance.md"
README = HERE.parents[1] / "README.md"
QUOTED = ("<!-- performance -->\n", "<!-- /performance -->\n")
OF_EACH_RULE_SET = (11, 60, 200, 500)


def agreement(run: Run) -> Iterator[str]:
    """Yield what each tool finds. All that are asked the same must say the same, or nothing is measured."""
    yield "## Do they find the same?\n"
    directory = run.corpus(1000, "json")
    environment = os.environ | {"XDG_CACHE_HOME": str(run.work / "cache")}
    ours = run.lictor("--no-cache", output="json").found(directory, run.work / "found", Rules(), environment)
    by_file = set(ours or ())
    rows = [["lictor", version_of(run.python), f"{sum((ours or {}).values()):,}", ""]]
    for peer in run.peers:
        found = peer.found(directory, run.work / "found", Rules(), environment)
        if found is None:
            rows.append([peer.name, peer.version, "", f"not compared: {peer.question}"])
            continue
        is_same = set(found) == by_file if "by file" in peer.question else found == ours
        if not is_same:
            differing = sorted(by_file ^ set(found))[:5]
            raise SystemExit(f"{peer.name} finds something else than lictor, at first {differing}")
        rows.append([peer.name, peer.version, f"{sum(found.values()):,}", f"the same ({peer.question})"])
    yield f"Eleven rules on {len(list(directory.rglob('*.json'))):,} trust policies. A finding is a file, a rule and a"
    yield "statement; `tests/bench/rules` has the rules in each tool's language.\n"
    yield from table(["tool", "version", "findings", "compared"], rows)
    for name in run.missing:
        yield f"\nNot installed, so not measured: {name}."


def whole_process(run: Run) -> Iterator[str]:
    """Yield the table of tools on directories of files, eleven rules, each beside lictor."""
    yield "\n## Eleven rules, whole process\n"
    yield "lictor keeps nothing from an earlier run and writes SARIF with lines and columns. The ratio is the tool's"
    yield "time to lictor's, run in turn; above 1 lictor is faster. All figures are of lictor on one core, but for the"
    yield "ratio under 'all processors': that is of lictor as it comes, which uses them for so many files.\n"
    rows = []
    for peer in run.peers:
        count = run.slow_files if peer.is_slow else run.files
        directory = run.corpus(count, "json" if peer.corpus == "json" else "cloudformation")
        rounds = 1 if peer.is_slow else run.rounds
        theirs, one_core = _timer(run, peer, directory), run.lictor("--jobs", "1", "--no-cache")
        got = in_turn(theirs, _timer(run, one_core, directory), rounds)
        as_it_comes = in_turn(theirs, _timer(run, run.lictor("--no-cache"), directory), rounds)
        places = "yes" if peer.are_places_shown else "no"
        rows.append([peer.name, f"{count:,}", *compared(got), f"{as_it_comes.wall[1]:.1f}", places, peer.question])
    head = ["tool", "files", "seconds", "lictor's", "ratio", "range", "ratio of CPU", "peak MiB", "lictor's"]
    yield from table([*head, "all processors", "lines", "asked"], rows)


def _timer(run: Run, peer: Peer, directory: Path, rules: Rules | None = None) -> Callable[[], Timing]:
    return lambda: run.time(peer, directory, rules or Rules())


def sixty_rules(run: Run) -> Iterator[str]:
    """Yield what sixty rules cost beside a program that only reads, and beside the engines."""
    yield "\n## Sixty rules\n"
    yield f"{run.files:,} files; whole processes. The floor is a Python program that only walks, reads and parses.\n"
    directory = run.corpus(run.files, "json")
    rules = Rules(*write_rules(60, run.work / "rules-60"))
    floor = [str(run.python), f"{DRIVERS}/floor.py", str(directory)]
    one = run.lictor("--jobs", "1", "--no-cache")
    rows = []
    pairs: list[tuple[str, Callable[[], Timing], str, Callable[[], Timing]]] = [
        ("lictor", _timer(run, one, directory, rules), "the floor", lambda: run.time_command(floor)),
        *(
            (peer.name, _timer(run, peer, directory, rules), "lictor", _timer(run, one, directory, rules))
            for peer in run.peers
            if "in" in peer.name.split() and peer.read is not None
        ),
        (
            "lictor on one core",
            _timer(run, one, directory, rules),
            "lictor with two workers",
            _timer(run, run.lictor("--jobs", "2", "--no-cache"), directory, rules),
        ),
        *(
            (
                f"lictor on one core, {run.largest:,} files, eleven rules",
                _timer(run, one, many),
                "lictor with two workers",
                _timer(run, run.lictor("--jobs", "2", "--no-cache"), many),
            )
            for many in [run.corpus(run.largest, "json")]
            if run.largest > run.files
        ),
        (
            "lictor, first run",
            _timer(run, one, directory, rules),
            "lictor, second run, nothing changed",
            _timer(run, run.lictor("--jobs", "1"), directory, rules),
        ),
    ]
    for name, first, other, second in pairs:
        rows.append([name, other, *compared(in_turn(first, second, run.rounds))])
    head = ["first", "second", "first, s", "second, s", "ratio", "range", "ratio of CPU", "first, MiB", "second, MiB"]
    yield from table(head, rows)


def engines(run: Run) -> Iterator[str]:
    """Yield the CPU of the engines alone, in their processes, from text to findings."""
    yield "\n## Engines alone\n"
    yield "CPU in one process per document, from the text in memory to what was found: parsing and asking, no reading"
    yield "of files, no report. lictor's has the place of every finding; OPA and regorus take the text as it is.\n"
    directory = run.corpus(min(run.files, 2000), "json")
    rows = []
    for count in (11, 60):
        rules = Rules(*write_rules(count, run.work / f"rules-{count}"))
        own = [str(run.python), f"{DRIVERS}/lictor_engine.py", str(rules.lictor), str(directory)]
        for peer in run.peers:
            if peer.read is None or "in" not in peer.name.split():
                continue
            theirs = peer.command(directory, run.work / "out", rules)
            pairs = [(_engine_time(theirs), _engine_time(own)) for _ in range(run.rounds)]
            first, second = (statistics.median(column) * 1e6 for column in zip(*pairs, strict=True))
            ratio = statistics.median(one / other for one, other in pairs)
            rows.append([peer.name, str(count), f"{first:.0f}", f"{second:.0f}", f"**{ratio:.1f}**"])
    yield from table(["engine", "rules", "µs a document", "lictor's", "ratio"], rows)


def _engine_time(command: Sequence[str]) -> float:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    said = json.loads(done.stdout.splitlines()[-1])
    return float(said["engine"]) / int(said["documents"])


def growth(run: Run) -> Iterator[str]:
    """Yield how cost grows with documents, rules and findings."""
    yield "\n## Growth\n"
    yield "One core, nothing kept, SARIF. CPU of the whole process.\n"
    one = run.lictor("--jobs", "1", "--no-cache")
    rows = []
    counts = [count for count in (1_000, 10_000, 100_000, 1_000_000) if count <= run.largest]
    for count in counts:
        got = _best(run, one, run.corpus(count, "json"), Rules(), 1 if count > run.files else run.rounds)
        rows.append([f"{count:,}", "11", "a third defective", *_growth(got, count)])
    for number in OF_EACH_RULE_SET[1:]:
        rules = Rules(*write_rules(number, run.work / f"rules-{number}"))
        got = _best(run, one, run.corpus(1_000, "json"), rules, run.rounds)
        rows.append(["1,000", str(number), "a third defective", *_growth(got, 1_000)])
    clean = run.corpus(run.files, "json", is_clean=True)
    got = _best(run, one, clean, Rules(), run.rounds)
    rows.append([f"{run.files:,}", "11", "none defective", *_growth(got, run.files)])
    yield from table(["files", "rules", "corpus", "seconds", "CPU", "CPU, µs a file", "peak MiB"], rows)


def _best(run: Run, peer: Peer, directory: Path, rules: Rules, rounds: int) -> Timing:
    return median(run.time(peer, directory, rules) for _ in range(rounds))


def _growth(got: Timing, count: int) -> list[str]:
    return [f"{got.wall:.2f}", f"{got.cpu:.2f}", f"{got.cpu / count * 1e6:.0f}", f"{got.peak:.0f}"]


def start_up(run: Run) -> Iterator[str]:
    """Yield what one small file costs."""
    yield "\n## One small file\n"
    directory = run.corpus(1, "json")
    command = [str(run.python), "-m", "lictor.cli", "check", str(directory), "--root", str(directory)]
    nothing = [str(run.python), "-c", "pass"]
    rows = []

    def anew() -> Timing:
        shutil.rmtree(run.work / "cache/lictor/results", ignore_errors=True)
        return run.time_command(command)

    starts = (
        ("warm: the file is as it was", partial(run.time_command, command)),
        ("warm, but the file is new", anew),
        ("cold: `--no-cache`", partial(run.time_command, [*command, "--no-cache"])),
    )
    for name, first in starts:
        got = in_turn(first, partial(run.time_command, nothing), 4 * run.rounds)
        rows.append([f"`lictor check` with the built-in rules, {name}", "`python -c pass`", *compared(got)])
    for peer in run.peers:
        if peer.corpus == "json":
            own = _timer(run, run.lictor("--jobs", "1"), directory)
            got = in_turn(_timer(run, peer, directory), own, 1 if peer.is_slow else run.rounds)
            rows.append([peer.name, "lictor with the eleven rules, warm", *compared(got)])
    head = ["first", "second", "first, s", "second, s", "ratio", "range", "ratio of CPU", "first, MiB", "second, MiB"]
    yield from table(head, rows)


def other_inputs(run: Run) -> Iterator[str]:
    """Yield YAML, templates and a dump, beside a program that only parses them."""
    yield "\n## YAML, templates, an account dump\n"
    yield "Eleven rules beside the program that only walks, reads and parses (PyYAML's C loader for YAML).\n"
    stacks = run.work / f"stacks-{run.slow_files}-{run.seed}"
    if not stacks.exists():
        write_corpus(stacks, templates(run.slow_files, run.seed))
    dumps = {roles: run.work / f"dump-{roles}-{run.seed}" for roles in (5_000, 40_000)}
    for roles, dump in dumps.items():
        if not dump.exists():
            dump.mkdir()
            with (dump / "account.json").open("w") as file:
                file.writelines(role_dump(roles, run.seed))
    rows = []
    inputs = {"trust policies in YAML": run.corpus(run.slow_files, "yaml"), "CloudFormation templates": stacks,
              **{f"a dump with {roles:,} roles": dump for roles, dump in dumps.items()}}  # fmt: skip
    for name, directory in inputs.items():
        kind = ["--kind", "**/*.yaml=aws.iam.trust-policy"] if "policies" in name else []
        own = [str(run.python), "-m", "lictor.cli", "check", str(directory), "--root", str(directory), "--no-cache",
               "--ruleset", str(Rules().lictor), "--jobs", "1", "-o", f"sarif={run.work}/out",
               "--max-file-size", "100000000", *kind]  # fmt: skip
        floor = [str(run.python), f"{DRIVERS}/floor.py", str(directory)]
        got = in_turn(partial(run.time_command, own), partial(run.time_command, floor), run.rounds)
        size = sum(file.stat().st_size for file in directory.rglob("*.*") if file.is_file())
        rows.append([name, f"{size / 1e6:.1f}", *compared(got)])
    head = ["input", "MB", "lictor, s", "floor, s", "ratio", "range", "ratio of CPU", "lictor, MiB", "floor, MiB"]
    yield from table(head, rows)


SECTIONS = {
    "agreement": agreement,
    "whole": whole_process,
    "sixty": sixty_rules,
    "engines": engines,
    "growth": growth,
    "start": start_up,
    "inputs": other_inputs,
}


def introduction(run: Run) -> Iterator[str]:
    """Yield what was measured, when, where and how."""
    yield "<!-- Made by tests/bench/compare.py --write; run it again, don't edit. -->\n\n# Performance\n"
    yield f"Measured on {dt.datetime.now(tz=dt.UTC):%Y-%m-%d}: Python {platform.python_version()}, {platform.system()},"
    yield f"{_processor()}, {os.cpu_count()} cores; seed {run.seed}; medians of {run.rounds} pairs (slow tools: 1)."
    yield f"The load was {os.getloadavg()[0]:.1f} when it began. Each tool's version is in the first table."
    yield "Seconds are this machine's, and others were using it too: read the ratios, which come from two processes run"
    yield "in turn. CPU is user and system time together. Peak memory is that of the largest single process.\n"
    yield "```sh\ntests/bench/peers.sh ~/peers                         # each tool in an environment of its own"
    yield "python tests/bench/compare.py --peers ~/peers        # prints this page; --write puts it here\n```\n"


def slower(page: Sequence[str]) -> Iterator[str]:
    """Yield where lictor is the slower one, of what the page says."""
    yield "\n## Where lictor is slower\n"
    title, found = "", []
    for line in page:
        title = line.strip("\n# ") if line.strip().startswith("## ") else title
        ratio = re.search(r"\*\*([0-9.]+)\*\*", line)
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        is_beside_lictor = title in {"Eleven rules, whole process", "Engines alone"} or cells[1:2] == ["lictor"]
        if ratio and float(ratio[1]) < 1 and is_beside_lictor:
            found.append(f"- {title.lower()}: {cells[0]} takes {ratio[1]} of lictor's time")
    yield from found or ["Nowhere in these tables."]
    yield "\nThese engines answer what rules find and no more. lictor also finds the policies in a file, puts them in a"
    yield "form that rules can rely on, and gives each finding its line, column and fingerprint."


def quoted(page: Sequence[str]) -> Iterator[str]:
    """Yield what the README quotes: of the table of whole processes the tool, the files and the ratio."""
    start = [line.strip() for line in page].index("## Eleven rules, whole process")
    rows = [line for line in page[start:] if line.startswith("|")]
    tools = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[: _end_of_table(page[start:])]]
    yield from table(["tool", "files", "its time ÷ lictor's"], ([row[0], row[1], row[4]] for row in tools[2:]))


def _end_of_table(lines: Sequence[str]) -> int:
    """Return how many lines the first table has."""
    first = next(number for number, line in enumerate(lines) if line.startswith("|"))
    return next((n for n, line in enumerate(lines[first:]) if not line.startswith("|")), len(lines) - first)


def _processor() -> str:
    names = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def main() -> None:
    """Measure what was asked for, and print it as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peers", type=Path, default=Path("peers"), help="where peers.sh installed them")
    parser.add_argument("--python", type=Path, default=Path(sys.executable), help="a Python that has lictor")
    parser.add_argument("--work", type=Path, help="keep the corpora here (default: a temporary directory)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--slow-files", type=int, default=1_000, help="for tools that take minutes for more")
    parser.add_argument("--largest", type=int, default=10_000, help="the largest corpus that growth is measured to")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS))
    parser.add_argument("--write", action="store_true", help="write docs/reference/performance.md")
    options = parser.parse_args()
    found, missing = installed(options.peers.resolve())
    with tempfile.TemporaryDirectory() as temporary:
        work = (options.work or Path(temporary)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        sizes = (options.seed, options.files, options.slow_files, options.largest, options.rounds)
        run = Run(work, options.python.absolute(), tuple(found), tuple(missing), *sizes)
        said: list[str] = []
        parts = [SECTIONS[name] for name in SECTIONS if name in options.only]
        for line in chain(introduction(run), *(part(run) for part in parts), slower(said)):
            said.append(line)
            print(line, flush=True)
    if options.write:
        PAGE.write_text("\n".join(said) + "\n")
        before, mark, rest = README.read_text().partition(QUOTED[0])
        _, end, after = rest.partition(QUOTED[1])
        if mark and end:
            README.write_text("".join((before, mark, "\n".join(quoted(said)), "\n", end, after)))


if __name__ == "__main__":
    main()
