"""Everything that plugins registered, frozen: plain mappings by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lictor.model import (
    Combiner,
    CommandSource,
    ExecutorFactory,
    Function,
    Kind,
    Loader,
    NamedCheck,
    Reporter,
    Rule,
    RulesetSource,
)


@dataclass(frozen=True, slots=True)
class Registry:
    """What can be used in a run, by name; rules by id."""

    loaders: Mapping[str, Loader] = field(default_factory=dict)
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    checks: Mapping[str, NamedCheck] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    rulesets: Mapping[str, RulesetSource] = field(default_factory=dict)
    combiners: Mapping[str, Combiner] = field(default_factory=dict)
    reporters: Mapping[str, Reporter] = field(default_factory=dict)
    executors: Mapping[str, ExecutorFactory] = field(default_factory=dict)
    commands: Mapping[str, CommandSource] = field(default_factory=dict)
