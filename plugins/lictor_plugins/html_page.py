"""One HTML file that needs nothing else: its style and script are in it, and a strict policy lets nothing else run."""

import base64
from hashlib import sha256

from lictor import escape_xml


def html_page(title: str, body: str, style: str, script: str) -> str:
    """Return a whole page. `body` is HTML that is safe already; `style` and `script` are ours.

    The policy (CSP level 3) names the two by their hashes, so nothing that a document smuggles in could run, and
    nothing is fetched from anywhere.
    """
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; "
        "form-action 'none'"
    )
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{escape_xml(title)}</title>",
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            body,
            f"<script>{script}</script>",
            "</body>",
            "</html>",
            "",
        )
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(sha256(text.encode()).digest()).decode()
