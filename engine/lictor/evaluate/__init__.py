"""Ask a plan's rules about documents: findings at their places, and problems."""

from lictor.evaluate.compiled_plan import CompiledPlan, compile_plan
from lictor.evaluate.files import evaluate_files, evaluate_loaded
from lictor.evaluate.tally import merge

__all__ = ["CompiledPlan", "compile_plan", "evaluate_files", "evaluate_loaded", "merge"]
