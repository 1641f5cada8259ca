"""The general kinds: whole documents and Kubernetes objects."""

from typing import Any

import pytest

from lictor import Document
from lictor_plugins.kinds.general import find_documents, find_kubernetes_objects, register_kinds


def document(data: Any) -> Document:
    return Document("a.yaml", "yaml", data, "", locate=lambda *_: pytest.fail("positions are for findings"))


def test_a_document_is_a_subject_whatever_it_holds() -> None:
    for data in (None, 1, "x", [], {"a": 1}):
        (subject,) = find_documents(document(data), frozenset({"document"}))
        assert (subject.value, subject.name) == (data, "a.yaml")


def test_a_kind_that_is_not_wanted_is_not_found() -> None:
    for kind in register_kinds():
        assert list(kind.find(document({"apiVersion": "v1", "kind": "Pod", "Resources": {}}), frozenset())) == []


def test_the_objects_of_a_list_are_found_one_by_one() -> None:
    items = [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}, "x", {"kind": "Pod"}]
    found = find_kubernetes_objects(
        document({"apiVersion": "v1", "kind": "List", "items": items}), frozenset({"kubernetes.object"})
    )
    assert [(subject.name, subject.path) for subject in found] == [("Pod/a", ("items", 0))]


def test_a_manifest_without_a_name_goes_by_its_kind() -> None:
    (subject,) = find_kubernetes_objects(
        document({"apiVersion": "v1", "kind": "Pod"}), frozenset({"kubernetes.object"})
    )
    assert subject.name == "Pod"
