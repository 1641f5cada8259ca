"""Rules: read from folders, checked before they run, made ready to be asked, and tested by their cases.

Names are imported when first used: a run whose rules are known already never imports what reads them.
"""

from typing import TYPE_CHECKING

from lictor.exports import lazy_exports

if TYPE_CHECKING:
    from lictor.rules.cases import Case, ExpectedFinding, cases_from_page, differences, read_cases
    from lictor.rules.compiled import CompiledRule, Edit, compile_rule
    from lictor.rules.folders import read_rule_directory, read_rule_folder
    from lictor.rules.pages import RulePage, page_problems, read_page
    from lictor.rules.parameters import default_parameters, validate_parameters
    from lictor.rules.parse import parse_rule
    from lictor.rules.scaffold import new_rule_files, scaffold_kinds
    from lictor.rules.scalars import location_at, scalar_location
    from lictor.rules.static import check_rule

__all__ = [
    "Case",
    "CompiledRule",
    "Edit",
    "ExpectedFinding",
    "RulePage",
    "cases_from_page",
    "check_rule",
    "compile_rule",
    "default_parameters",
    "differences",
    "location_at",
    "new_rule_files",
    "page_problems",
    "parse_rule",
    "read_cases",
    "read_page",
    "read_rule_directory",
    "read_rule_folder",
    "scaffold_kinds",
    "scalar_location",
    "validate_parameters",
]

_HOMES = {
    "Case": "cases",
    "ExpectedFinding": "cases",
    "cases_from_page": "cases",
    "differences": "cases",
    "read_cases": "cases",
    "CompiledRule": "compiled",
    "Edit": "compiled",
    "compile_rule": "compiled",
    "read_rule_directory": "folders",
    "read_rule_folder": "folders",
    "RulePage": "pages",
    "page_problems": "pages",
    "read_page": "pages",
    "default_parameters": "parameters",
    "validate_parameters": "parameters",
    "parse_rule": "parse",
    "new_rule_files": "scaffold",
    "scaffold_kinds": "scaffold",
    "location_at": "scalars",
    "scalar_location": "scalars",
    "check_rule": "static",
}

__getattr__ = lazy_exports(__name__, _HOMES)
