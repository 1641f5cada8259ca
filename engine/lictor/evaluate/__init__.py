"""Ask a plan's rules about documents: findings at their places, and problems."""

from lictor.evaluate.compiled_plan import SCREEN_EARLY, CompiledPlan, compile_plan, lacking_packages
from lictor.evaluate.files import evaluate_files, evaluate_loaded, evaluate_together
from lictor.evaluate.screens import kind_screens, screen_sources
from lictor.evaluate.tally import merge

__all__ = [
    "SCREEN_EARLY",
    "CompiledPlan",
    "compile_plan",
    "evaluate_files",
    "evaluate_loaded",
    "evaluate_together",
    "kind_screens",
    "lacking_packages",
    "merge",
    "screen_sources",
]
