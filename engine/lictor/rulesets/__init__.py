"""Rulesets: read, merge with what they extend, and make the plan of a run.

Names are imported when first used: a run whose plan is known already never imports what makes one.
"""

from typing import TYPE_CHECKING

from lictor.exports import lazy_exports

if TYPE_CHECKING:
    from lictor.rulesets.extends import Find
    from lictor.rulesets.find import finder
    from lictor.rulesets.globs import is_glob, matches_glob, matches_name, matches_place
    from lictor.rulesets.layers import Layer, Placed
    from lictor.rulesets.merging import MERGE_TABLE, MergeRow, compose, merge
    from lictor.rulesets.plan import make_plan
    from lictor.rulesets.read import read_ruleset
    from lictor.rulesets.scope import in_scope, setting_for
    from lictor.rulesets.settling import new_setting
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

_HOMES = {
    "Find": "extends",
    "finder": "find",
    "is_glob": "globs",
    "matches_glob": "globs",
    "matches_name": "globs",
    "matches_place": "globs",
    "Layer": "layers",
    "Placed": "layers",
    "MERGE_TABLE": "merging",
    "MergeRow": "merging",
    "compose": "merging",
    "merge": "merging",
    "make_plan": "plan",
    "read_ruleset": "read",
    "in_scope": "scope",
    "setting_for": "scope",
    "new_setting": "settling",
    "render_ruleset": "show",
    "ruleset_as_data": "show",
}

__getattr__ = lazy_exports(__name__, _HOMES)
