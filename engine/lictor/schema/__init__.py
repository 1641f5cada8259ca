"""The JSON Schema of lictor's own files, and what is wrong with a file by it, said for people."""

from lictor.schema.problems import problems_in
from lictor.schema.shipped import Definition, json_schema
from lictor.schema.wording import Complaint, complaints_about, describe

__all__ = ["Complaint", "Definition", "complaints_about", "describe", "json_schema", "problems_in"]
