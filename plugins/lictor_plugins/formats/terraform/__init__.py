"""Terraform and OpenTofu configuration: HCL and its JSON syntax, evaluated as far as it is known before a plan.

A file is read together with the other files of its module, with the modules that call it, and with the values that
`.tfvars` files give. The document of a file holds what the file declares.
"""

from lictor import Budgets, Comment, Document, Loaded, Location, Neighbours, Problem, Region

FORMAT = "terraform"


def load_among(uri: str, text: str, budgets: Budgets, neighbours: Neighbours | None) -> Loaded:
    """Read one file together with those around it, if these are known. Never raises on bad input."""
    from lictor_plugins.formats.terraform.parse import is_installed

    if not is_installed():
        return _without_parser(uri, neighbours)
    from lictor_plugins.formats.terraform.configuration import Configuration
    from lictor_plugins.formats.terraform.modules import source_of
    from lictor_plugins.formats.terraform.syntax import Source

    text = text.removeprefix("\ufeff")
    source = source_of(uri, text, neighbours, budgets)
    if not isinstance(source, Source):
        return Loaded(problems=source)
    configuration = Configuration(source, neighbours, budgets)
    locator = configuration.locator()
    document = Document(uri, FORMAT, configuration.data(), text, locator, comments=lambda: _comments(uri, text))
    locator.found = configuration
    configuration.own = document
    return Loaded((document,), sources=configuration.sources())


def _without_parser(uri: str, neighbours: Neighbours | None) -> Loaded:
    """Say once in a run that Terraform can't be read; every later file goes without a word of its own."""
    if neighbours is not None and neighbours.memo.setdefault("terraform-missing", uri) != uri:
        return Loaded()
    message = "Terraform files can't be read: the packages that parse them are not installed"
    hint = "pip install 'lictor[terraform]', or leave them out: --exclude '*.tf'"
    return Loaded(problems=(Problem("missing-extra", message, "document", "error", hint, Location(uri)),))


def _comments(uri: str, text: str) -> tuple[Comment, ...]:
    if uri.lower().endswith(".json"):
        return ()
    from lictor import lines_of
    from lictor_plugins.formats.terraform.parse import comments_of

    lines = lines_of(text)
    found = []
    for body, span in comments_of(text):
        region = Region(*lines.region(*span))
        before = lines.line(region.start_line)[: region.start_column - 1]
        found.append(Comment(body, region, not before.strip()))
    return tuple(found)
