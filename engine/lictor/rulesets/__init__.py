"""Rulesets: read, merge with what they extend, and make the plan of a run."""

from lictor.rulesets.extends import Find
from lictor.rulesets.find import finder
from lictor.rulesets.globs import is_glob, matches_glob, matches_name, matches_place
from lictor.rulesets.layers import Layer, Placed
from lictor.rulesets.merge import MERGE_TABLE, MergeRow, compose, merge
from lictor.rulesets.plan import make_plan
from lictor.rulesets.read import read_ruleset
from lictor.rulesets.scope import in_scope, setting_for
from lictor.rulesets.settle import new_setting
from lictor.rulesets.show import render_ruleset, ruleset_as_data

__all__ = [
    "MERGE_TABLE",
    "Find",
    "Layer",
    "MergeRow",
    "Placed",
    "compose",
    "finder",
    "in_scope",
    "is_glob",
    "make_plan",
    "matches_glob",
    "matches_name",
    "matches_place",
    "merge",
    "new_setting",
    "read_ruleset",
    "render_ruleset",
    "ruleset_as_data",
    "setting_for",
]
