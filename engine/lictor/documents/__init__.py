"""Documents: bytes or text in, plain values out, with the place of every value found again when it is asked for.

Names are imported when first used: a run that meets no YAML never imports PyYAML.
"""

from typing import TYPE_CHECKING

from lictor.documents.addresses import is_address, scheme_of, without_secrets
from lictor.documents.decoding import decode  # these two at once: they are called as their modules are
from lictor.documents.discovery import Discovered, SourceFile, discover
from lictor.exports import lazy_exports

if TYPE_CHECKING:
    from lictor.documents.edit import edited_data, replacement_for
    from lictor.documents.embedded import embedded_json, embedded_problems
    from lictor.documents.json_entries import streamed_json
    from lictor.documents.json_text import parse_json
    from lictor.documents.lines import Lines, lines_of
    from lictor.documents.quoting import quote_sources
    from lictor.documents.read import read_bytes, read_file, read_text
    from lictor.documents.splice import apply_replacements
    from lictor.documents.yaml_text import parse_yaml

__all__ = [
    "Discovered",
    "Lines",
    "SourceFile",
    "apply_replacements",
    "decode",
    "discover",
    "edited_data",
    "embedded_json",
    "embedded_problems",
    "is_address",
    "lines_of",
    "parse_json",
    "parse_yaml",
    "quote_sources",
    "read_bytes",
    "read_file",
    "read_text",
    "replacement_for",
    "scheme_of",
    "streamed_json",
    "without_secrets",
]

_HOMES = {
    "edited_data": "edit",
    "replacement_for": "edit",
    "embedded_json": "embedded",
    "embedded_problems": "embedded",
    "streamed_json": "json_entries",
    "parse_json": "json_text",
    "Lines": "lines",
    "lines_of": "lines",
    "quote_sources": "quoting",
    "read_bytes": "read",
    "read_file": "read",
    "read_text": "read",
    "apply_replacements": "splice",
    "parse_yaml": "yaml_text",
}

__getattr__ = lazy_exports(__name__, _HOMES)
