"""The options of `check`, as data: click is made of them, and a plain command line is read without click.

Importing click takes as long as checking a small file. What is not plain (help, completion, a mistake) is left to it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from lictor.model import Budgets
from lictor.values import NamedTuple


class Option(NamedTuple):
    """An option: what it is called on the command line, and in the command's parameters.

    `choices` are the words that it takes, `completes` names what a shell offers (`lictor.cli.complete`); one with a
    `minimum` takes a whole number.
    """

    flags: tuple[str, ...]
    name: str
    help: str | None = None
    metavar: str | None = None
    default: Any = None
    is_flag: bool = False
    is_repeated: bool = False
    choices: tuple[str, ...] = ()
    completes: str = ""
    minimum: int | None = None
    shows_default: bool = False


POLICY_OPTIONS = (
    Option(("--ruleset",), "rulesets", "Use this ruleset.", "ID|FILE", is_repeated=True, completes="rulesets"),
    Option(
        ("--rules",),
        "rule_directories",
        "Add the YAML rules in a directory, as data: no Python in it is run.",
        "DIR",
        is_repeated=True,
    ),
    Option(("--only",), "only", "Ask only this rule.", "RULE", is_repeated=True, completes="rules"),
    Option(("--parameter",), "parameters", "Set a rule parameter for this run.", "NAME=JSON", is_repeated=True),
    Option(("--fail-on",), "fail_on", "Fail from this level on.", choices=("note", "warning", "error")),
)

PLUGIN_OPTIONS = (
    Option(
        ("--only-plugins",),
        "only_plugins",
        "Load lictor's own plugins and these, separated by commas; '' for none.",
        "NAMES",
    ),
    Option(("-p",), "blocked", "Run without a plugin (lictor plugins lists them).", "no:NAME", is_repeated=True),
)

CHECK_OPTIONS = (
    *POLICY_OPTIONS,
    Option(
        ("-o", "--output"),
        "outputs",
        "Report in this format: text, json, sarif, … (lictor plugins lists reporters).",
        "FORMAT[=FILE]",
        is_repeated=True,
        completes="formats",
    ),
    Option(
        ("--kind",),
        "kinds",
        "Say what kind these documents are (lictor plugins lists kinds).",
        "GLOB=KIND",
        is_repeated=True,
    ),
    Option(("--exclude",), "exclude", "Leave these files out.", "GLOB", is_repeated=True),
    Option(("--category",), "category", "What to call this run where others report too (SARIF).", "NAME", ""),
    Option(("--baseline",), "baseline", "Fail only on findings that this baseline does not know.", "FILE"),
    Option(("--since",), "since", "Tell only what was not found at this commit or branch point.", "REF", ""),
    Option(("--allow-empty",), "allow_empty", "Exit 0 when nothing that was named holds a policy.", is_flag=True),
    Option(("--fix",), "is_fixing", "Apply the fixes that are safe, and check again.", is_flag=True),
    Option(("--diff",), "is_diff", "Show what --fix would change, and change nothing.", is_flag=True),
    Option(("--root",), "root", "What file names in reports are relative to.", "DIR"),
    Option(("--stdin-filename",), "stdin_filename", "What to call the standard input ('-').", "NAME", "stdin"),
    Option(("--jobs",), "jobs", "Processes to use.", "N|auto", "auto"),
    Option(("--executor",), "executor", "Where work runs (lictor plugins lists executors).", "NAME", ""),
    Option(("--scheduler",), "scheduler", "Where that is: tcp://HOST:PORT (executor dask).", "ADDRESS", ""),
    Option(
        ("--max-file-size",),
        "max_file_size",
        "Read no file of more bytes than this.",
        "BYTES",
        Budgets().file_bytes,
        minimum=1,
        shows_default=True,
    ),
    Option(
        ("--color",),
        "color",
        "Whether text has colours.",
        choices=("auto", "always", "never"),
        default="auto",
        shows_default=True,
    ),
    Option(("--no-cache",), "no_cache", "Take nothing from earlier runs, and keep nothing.", is_flag=True),
    Option(("--mask",), "mask", "Hide access keys and external ids, wherever they show.", is_flag=True),
    *PLUGIN_OPTIONS,
)


def read_plainly(arguments: Iterable[str], options: Iterable[Option]) -> tuple[tuple[str, ...], dict[str, Any]] | None:
    """Return the names and the options of a command line; None when there is more to it than click need not know.

    >>> read_plainly(["a.json", "--jobs=2"], [Option(("--jobs",), "jobs")])
    (('a.json',), {'jobs': '2'})
    >>> read_plainly(["--help"], [])
    """
    known = tuple(options)
    by_flag = {flag: option for option in known for flag in option.flags}
    values: dict[str, Any] = {option.name: _default(option) for option in known}
    names: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if not argument.startswith("-") or argument == "-":
            names.append(argument)
            continue
        flag, equals, text = argument.partition("=") if argument.startswith("--") else (argument, "", "")
        option = by_flag.get(flag)
        given = _given(option, text if equals else None, rest) if option is not None else None
        if option is None or given is None:
            return None
        values[option.name] = (*values[option.name], given) if option.is_repeated else given
    return tuple(names), values


def _default(option: Option) -> Any:  # noqa: ANN401 - an option's value
    if option.is_repeated:
        return ()
    return False if option.is_flag else option.default


def _given(option: Option, text: str | None, rest: Iterable[str]) -> Any:  # noqa: ANN401 - an option's value
    """Return what an option was given; None when that is nothing, or wrong."""
    if option.is_flag:
        return True if text is None else None
    value = next(iter(rest), None) if text is None else text
    if value is None or (option.choices and value not in option.choices):
        return None
    if option.minimum is None:
        return value
    return int(value) if value.isascii() and value.isdecimal() and int(value) >= option.minimum else None


def as_click_arguments(option: Option) -> tuple[tuple[str, ...], Mapping[str, Any]]:
    """Return the arguments of `click.option` for an option."""
    import click

    from lictor.cli import complete

    help_ = f"{option.help.rstrip('.')}; may be repeated." if option.help and option.is_repeated else option.help
    facts: dict[str, Any] = {"help": help_, "metavar": option.metavar, "show_default": option.shows_default}
    if option.is_flag:
        facts["is_flag"] = True
    elif option.is_repeated:
        facts["multiple"] = True
    else:
        facts["default"] = option.default
    if option.choices:
        facts["type"] = click.Choice(option.choices)
    if option.minimum is not None:
        facts["type"] = click.IntRange(option.minimum)
    if option.completes:
        facts["shell_complete"] = getattr(complete, option.completes)
    return (*option.flags, option.name), facts
