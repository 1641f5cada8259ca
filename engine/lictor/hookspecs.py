"""The hooks that a plugin may implement. Each returns an iterable of one frozen type from `lictor.model`."""

from collections.abc import Iterable

import pluggy

from lictor.model import (
    Combiner,
    CommandSource,
    ExecutorFactory,
    Function,
    Kind,
    Loader,
    NamedCheck,
    Report,
    Reporter,
    Rule,
    RuleDirectory,
    RulesetSource,
    Source,
)

hookspec = pluggy.HookspecMarker("lictor")


@hookspec
def register_loaders() -> Iterable[Loader]:
    """Return the file formats that this plugin can read."""
    raise NotImplementedError


@hookspec
def register_sources() -> Iterable[Source]:
    """Return where documents can be read from besides files, by the scheme of the address: `aws://`."""
    raise NotImplementedError


@hookspec
def register_kinds() -> Iterable[Kind]:
    """Return the kinds of subject that this plugin finds in documents."""
    raise NotImplementedError


@hookspec
def register_functions() -> Iterable[Function]:
    """Return functions for queries."""
    raise NotImplementedError


@hookspec
def register_checks() -> Iterable[NamedCheck]:
    """Return Python checks that YAML rules may name with `check:`."""
    raise NotImplementedError


@hookspec
def register_rules() -> Iterable[Rule | RuleDirectory]:
    """Return rules: directories of rule folders, or rules made in Python."""
    raise NotImplementedError


@hookspec
def register_rulesets() -> Iterable[RulesetSource]:
    """Return rulesets that others may extend by id."""
    raise NotImplementedError


@hookspec
def register_combiners() -> Iterable[Combiner]:
    """Return strategies for `combine:` in a ruleset."""
    raise NotImplementedError


@hookspec
def register_reporters() -> Iterable[Reporter]:
    """Return output formats for `--output`."""
    raise NotImplementedError


@hookspec
def register_executors() -> Iterable[ExecutorFactory]:
    """Return places where work can run, for `--executor`."""
    raise NotImplementedError


@hookspec
def register_commands() -> Iterable[CommandSource]:
    """Return sub-commands of `lictor`."""
    raise NotImplementedError


@hookspec
def finish(report: Report) -> None:
    """See the report when a run is done, before it is written. Nothing it returns is used."""
