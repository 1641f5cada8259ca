"""Everything that plugins registered, frozen: plain mappings by name."""

from collections.abc import Mapping

from lictor.model import (
    EMPTY,
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
    Source,
)
from lictor.values import NamedTuple


class Registry(NamedTuple):
    """What can be used in a run, by name; rules by id."""

    loaders: Mapping[str, Loader] = EMPTY
    kinds: Mapping[str, Kind] = EMPTY
    functions: Mapping[str, Function] = EMPTY
    checks: Mapping[str, NamedCheck] = EMPTY
    rules: Mapping[str, Rule] = EMPTY
    rulesets: Mapping[str, RulesetSource] = EMPTY
    combiners: Mapping[str, Combiner] = EMPTY
    reporters: Mapping[str, Reporter] = EMPTY
    executors: Mapping[str, ExecutorFactory] = EMPTY
    commands: Mapping[str, CommandSource] = EMPTY
    sources: Mapping[str, Source] = EMPTY
