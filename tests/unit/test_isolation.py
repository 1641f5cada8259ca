"""What a rule's code does to the run: nothing."""

import sys
import threading
import time

import pytest

from lictor.evaluate.isolation import Deadline, DeadlineExceeded, Quarantine, captured_output
from lictor.model import Document, Region, Subject


def document() -> Document:
    return Document("a.json", "json", {"a": [1, 2]}, "{}", lambda _path, _highlight: Region(1, 1, 1, 3))


def test_a_rule_that_runs_too_long_is_stopped() -> None:
    def endless() -> None:
        while True:
            pass

    start = time.monotonic()
    with Deadline(0.05).watching() as deadline:
        deadline.restart()
        with pytest.raises(DeadlineExceeded):
            endless()
    assert time.monotonic() - start < 5


def test_a_rule_can_not_swallow_its_deadline() -> None:
    def stubborn() -> None:
        while True:
            try:
                while True:
                    pass
            except Exception:  # noqa: BLE001, S110 - what a stubborn rule would do
                pass

    with Deadline(0.05).watching() as deadline:
        deadline.restart()
        with pytest.raises(DeadlineExceeded):
            stubborn()


def test_a_deadline_that_was_stopped_does_not_ring() -> None:
    with Deadline(0.02).watching() as deadline:
        deadline.restart()
        deadline.stop()
        time.sleep(0.05)


def test_outside_the_main_thread_there_is_no_deadline_and_no_error() -> None:
    errors: list[BaseException] = []

    def work() -> None:
        try:
            with Deadline(0.01).watching() as deadline:
                deadline.restart()
                deadline.stop()
        except BaseException as error:  # noqa: BLE001 - the assertion below shows it
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert errors == []


def test_printing_is_caught_and_the_output_given_back() -> None:
    before = sys.stdout
    with captured_output() as printed:
        print("hello")  # noqa: T201 - the point
    assert printed.take() == "hello"
    assert printed.take() == ""
    assert sys.stdout is before


def test_a_copy_that_is_changed_leaves_the_original_alone_and_names_its_user() -> None:
    original = document()
    subject = Subject("document", original, (), original.data)
    quarantine = Quarantine(original)
    copy = quarantine.admit(subject, "bad-rule")
    copy.value["a"].append(3)
    assert original.data == {"a": [1, 2]}
    assert quarantine.suspects() == ()
    copy.document.data["a"].append(3)
    assert original.data == {"a": [1, 2]}
    assert quarantine.suspects() == ("bad-rule",)


def test_a_document_that_no_python_rule_saw_has_no_suspects() -> None:
    assert Quarantine(document()).suspects() == ()
