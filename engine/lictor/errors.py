"""What can go wrong with the user's input: every problem's code, and the nearest name to a misspelt one."""

from collections.abc import Iterable

from lictor.model import Problem

PROBLEM_CODES: dict[str, str] = {
    "alias-cycle": "A YAML alias stands inside the value that it names.",
    "bad-address": "An address is not one that its source reads.",
    "bad-baseline": "A baseline file is not one that lictor wrote.",
    "bad-cases": "A rule's cases.yaml is not what its schema asks for.",
    "bad-checkout": "The repository, commit or ref of an upload is missing or has the wrong form.",
    "bad-comment": "A comment that should waive a finding names no rule.",
    "bad-document": "A file's text is not what its format asks for.",
    "bad-encoding": "A file's bytes are not the text encoding they should be.",
    "bad-message": "A message's braces don't pair, or hold no query.",
    "bad-page": "A rule's page lacks a section or an example.",
    "bad-parameter": "A parameter's value is not what its schema asks for.",
    "bad-request": "A request to be decided lacks a part, or has one that no call can have.",
    "bad-rule": "A rule file is not what its schema asks for, or asks several things at once.",
    "bad-ruleset": "A ruleset's content is not what its schema asks for.",
    "bad-sarif": "A file is not the SARIF log that it should be, or one that must not be uploaded.",
    "bad-tag": "A YAML tag is not known to the file's format, or its value is not what the tag asks for.",
    "check-not-allowed": "A rule that is not part of an installed plugin brings Python code.",
    "complex-key": "A YAML key is a list or a mapping; keys are text here.",
    "control-character": "A character that must not stand in text stands there unescaped.",
    "duplicate-key": "A key stands twice in one object, so that readers may disagree about its value.",
    "duplicate-name": "Two things of one sort have the same name.",
    "duplicate-rule": "Two rules have one id.",
    "empty-document": "A file holds no document, so nothing in it was checked.",
    "executor-error": "Where work should run can't be reached, or can't do it.",
    "expired-waiver": "A waiver's last day is past, so it no longer holds.",
    "extends-cycle": "A ruleset extends itself, maybe by way of others.",
    "extends-outside": "A ruleset extends a file outside the directory of the first one.",
    "file-not-found": "A file or directory that was named is not there.",
    "file-too-large": "A file is larger than the budget, and was not read.",
    "internal-error": "A bug of lictor, or of a plugin, was met in a file; the other files were checked.",
    "kind-error": "A plugin's code that looks for subjects raised an exception on a document.",
    "loader-error": "A loader raised an exception on a file.",
    "locked": "Something tries to weaken a rule that a ruleset above it locks; the lock holds.",
    "missing-case": "A rule's cases lack one that must be found, or a near miss that must not.",
    "missing-extra": "A file needs packages that are not installed, and was not read.",
    "no-files-match": "A pattern for files matches nothing.",
    "no-rules": "A directory that was named for its rules holds none.",
    "not-a-regular-file": "A path is a FIFO, a device, a socket or a directory where a file was expected.",
    "not-comparable": "What is to be compared is not of one form, or is not there.",
    "nothing-checked": "No document, no subject or no rule took part in the run, so a pass would mean nothing.",
    "number-out-of-range": "A number is not finite or has too many digits; it is kept as text.",
    "over-github-limit": "GitHub takes or shows only a part of what was found.",
    "outside-root": "A finding is in a file outside of the root, where GitHub can show no alert.",
    "plugin-error": "A plugin raised an exception.",
    "plugin-import": "An installed plugin can't be imported.",
    "plugin-mutation": "A rule in Python changed the document or the subject that it was given.",
    "plugin-output": "A plugin or a rule printed something; it is kept out of the report.",
    "query-arity": "A function in a query has too few or too many arguments.",
    "query-budget": "A query is too long, nests too deep, takes too many steps or builds too large a result.",
    "query-context": "A query asks for a parameter, a `let` query or a candidate that is not there.",
    "query-function": "A plugin's function raised an exception inside a query.",
    "query-never": "A part of a query can never give anything, or a comparison in it can never hold.",
    "query-syntax": "A query's text is not JMESPath.",
    "query-type": "A function or a comparison in a query was given a type that it does not take.",
    "query-value": "A query holds a value that can't be used, such as a slice's step of 0.",
    "remote-extends": "A ruleset extends an address; remote rulesets are off.",
    "rule-error": "A rule failed on a subject, which is open for it.",
    "rule-exists": "A ruleset defines a rule whose id is taken, without saying that it replaces it.",
    "rule-timeout": "A rule took too long on a subject, which is open for it.",
    "source-error": "What an address stands for can't be read: no access, no answer, or a bug of the source.",
    "supersedes-cycle": "A rule supersedes another that supersedes it.",
    "too-deep": "A document nests deeper than the budget.",
    "too-many-nodes": "A document holds more values than the budget, aliases and merges counted each time.",
    "unknown-check": "A rule names a Python check that no plugin registers.",
    "unknown-commit": "git knows no such commit, or can't be asked.",
    "unknown-executor": "No plugin registers an executor by this name.",
    "unknown-field": "A query asks for a field that can't exist in this kind of subject.",
    "unknown-function": "A query calls a function that no plugin registers.",
    "unknown-hook": "A plugin implements a hook that does not exist.",
    "unknown-key": "A mapping in a file of ours has a key that is not known there.",
    "unknown-kind": "A rule or ruleset names a kind of subject that no plugin registers.",
    "unknown-parameter": "A ruleset sets a parameter that the rule does not have.",
    "unknown-plugin": "No installed plugin has this name.",
    "unknown-rule": "No rule or group has this id, or none matches this glob.",
    "unknown-ruleset": "There is no ruleset of this id or file.",
    "unknown-strategy": "No plugin registers a strategy by this name.",
    "unreadable-file": "A file or directory can't be read: permissions, a dangling link, a loop of links.",
    "unsafe-edit": "A fix can't be applied to the text without changing something else.",
    "unsupported-format": "No loader reads this kind of file.",
    "unused-override": "An override matches nothing that was checked.",
    "unused-waiver": "A waiver matches no finding.",
    "upload-failed": "GitHub did not take a log, or could not process it.",
    "waiver-policy": "A waiver breaks the waiver-policy, so it does not hold.",
    "worker-died": "The process that checked a file died or hung; the file was not checked.",
    "worker-differs": "A worker of an executor has another lictor, or other plugins, than the machine that asked.",
}
"""Every code a Problem may have, with one sentence for people."""


_LONGEST = 300
"""Characters of an exception's text that are shown."""


class LictorError(Exception):
    """Input that nothing can be done with. Carries every problem that was found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems; the text is for developers, reports print the problems themselves."""
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))

    def __reduce__(self) -> tuple[type["LictorError"], tuple[tuple[Problem, ...]]]:
        """Travel between processes with the problems, not with their text."""
        return LictorError, (self.problems,)


def describe_exception(error: BaseException) -> str:
    """Say what was raised, in one line; a plugin's exception may be one that can't even be printed.

    >>> describe_exception(KeyError("Statement"))
    "KeyError: 'Statement'"
    """
    try:
        said = str(error).strip().partition("\n")[0][:_LONGEST]
    except Exception:  # noqa: BLE001 - the exception's own text raises
        said = ""
    shown = said if said.isprintable() else repr(said)[1:-1]
    return f"{type(error).__name__}: {shown}" if shown else type(error).__name__


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return "did you mean 'x'?" for the nearest known name, or "" when none is near.

    >>> did_you_mean("statments", ["statements", "version"])
    "did you mean 'statements'?"
    """
    import difflib

    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"did you mean '{nearest[0]}'?" if nearest else ""
