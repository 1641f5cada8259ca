"""What GitHub's answers mean, and what to do about them.

The texts of failed processing are those that GitHub's own action knows (github/codeql-action, read 2026-11).
"""

_PROCESSING = (
    ("more runs than allowed", "at most 20 runs a log: upload them apart, each with its own --category"),
    ("more results than allowed", "at most 25,000 results a run: check fewer files a run"),
    ("more rules than allowed", "at most 25,000 rules a run"),
    ("invalid URI was provided as a SARIF location", "file names must be relative to the root of the repository"),
    ("expected artifact location", "every result needs a physicalLocation with an artifactLocation"),
    ("invalid security severity value", "'security-severity' is a number in quotes, such as '9.8'"),
    ("did not match the checkout URI scheme", "file names must be relative to the root of the repository"),
    ("multiple runs with the same category", "give each run an automationDetails.id of its own, or use --category"),
    ("when the default setup is enabled", "switch the repository's CodeQL default setup off, or to advanced"),
    ("too many logical alerts", "the repository has a million alerts: ask GitHub's support to remove some"),
    ("unsuccessful execution", "the log says that its run failed: upload the log of a run that checked everything"),
    ("expected a result message", "every result needs a message with text"),
    ("rejecting SARIF", "'lictor sarif check' says what GitHub refuses"),
    ("not found in this repository", "the ref was deleted meanwhile; a merge queue does that"),
)

_STATUS = {
    400: "the commit or ref is not in this repository, or the log is no SARIF: 'lictor sarif check' tells",
    401: "the token is wrong or has expired: set GITHUB_TOKEN",
    403: "the token needs the permission 'security-events: write' (pull requests from forks never have it), and code "
    "scanning must be enabled for the repository",
    404: "there is no such repository, or the token may not see it",
    413: "the log is too large: check fewer files a run, each with a --category of its own",
    422: "the commit or ref is not in this repository: push it first",
    429: "GitHub takes a limited number of requests an hour: try again later",
    503: "code scanning is not available right now: try again later",
}


def remedy_for_error(text: str) -> str:
    """Return what to do about an error of processing, or "" when it is not known.

    >>> remedy_for_error("Code Scanning could not process the SARIF: expected a result message")
    'every result needs a message with text'
    """
    return next((remedy for part, remedy in _PROCESSING if part.lower() in text.lower()), "")


def remedy_for_status(status: int) -> str:
    """Return what to do about an HTTP status, or ""."""
    return _STATUS.get(status, "")
