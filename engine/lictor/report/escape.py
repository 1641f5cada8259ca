r"""One function a sink: text from hostile documents, made harmless for the place where it is shown.

Control and format characters (terminal escapes, bidirectional overrides, zero-width letters) become visible
escapes such as `\x1b` and `\u202e`, so that what a reader sees is what the document says.
"""

import re
import unicodedata
from urllib.parse import quote

from lictor.patterns import lazy_pattern

# What `str.isprintable` refuses but spaces of other scripts, which are plain text: general categories C*, Zl and Zp.
_KEPT_CATEGORY = "Zs"
_MARKDOWN = lazy_pattern(r"[\\`*_\[\]|~$]")
_MARKDOWN_START = lazy_pattern(r"(\s*)([#+=>-]|\d+(?=[.)]))")
_SAFE = "/-._~!$&'()*+,;=@"
_PLAIN_URI = lazy_pattern(rf"[A-Za-z0-9{re.escape(_SAFE)}]*")
_MARKDOWN_RUN = lazy_pattern(r"`+")


def escape_terminal(text: str) -> str:
    r"""Return one line in which nothing steers a terminal: no control, bidirectional or invisible character.

    >>> escape_terminal("a\x1b[31mb\nc")
    'a\\x1b[31mb\\nc'
    """
    if text.isprintable():
        return text
    return "".join(visible_character(character) for character in text)


def visible_character(character: str) -> str:
    r"""Return the character, or an escape that names it when it can't be shown.

    >>> visible_character("\u202e")
    '\\u202e'
    """
    if character.isprintable() or unicodedata.category(character) == _KEPT_CATEGORY:
        return character
    names = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
    number = ord(character)
    if number > 0xFFFF:  # noqa: PLR2004 - the end of the basic plane
        return f"\\U{number:08x}"
    return names.get(character) or (f"\\x{number:02x}" if number <= 0xFF else f"\\u{number:04x}")  # noqa: PLR2004 - Latin-1


def escape_lines(text: str) -> str:
    r"""Return the text with its line feeds, and every other character made harmless as for a terminal.

    >>> escape_lines("one\r\ntwo\x07")
    'one\ntwo\\x07'
    """
    return "\n".join(escape_terminal(line) for line in re.split(r"\r\n|\r|\n", text))


def escape_markdown(text: str) -> str:
    r"""Return Markdown that shows the text as it is, on one line, and mentions nobody.

    >>> escape_markdown("*a* <b> @team")
    '\\*a\\* &lt;b&gt; @&#8203;team'
    """
    text = _MARKDOWN.sub(r"\\\g<0>", escape_terminal(text).replace("&", "&amp;"))
    # Headings, lists and quotes are made by what a line starts with.
    text = _MARKDOWN_START.sub(_escape_start, text, count=1) if _MARKDOWN_START.match(text) else text
    text = text.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    # GitHub turns bare addresses into links and @names into notifications; neither may come from a document.
    return text.replace("://", "&#58;//").replace("www", "ww&#119;").replace("@", "@&#8203;")


def _escape_start(match: re.Match[str]) -> str:
    return f"{match[1]}&#{ord(match[2][0])};{match[2][1:]}"


def markdown_code(text: str) -> str:
    r"""Return a Markdown code span that shows the text as it is, safe inside a table too.

    >>> markdown_code("a|`b`")
    '``a\\|`b` ``'
    """
    text = escape_terminal(text).replace("|", r"\|")
    if not text.strip():
        return "` `"
    fence = "`" * (max(map(len, _MARKDOWN_RUN.findall(text)), default=0) + 1)
    before = " " if text.startswith(("`", " ")) else ""
    after = " " if text.endswith(("`", " ")) else ""
    return f"{fence}{before}{text}{after}{fence}"


def escape_workflow_data(text: str) -> str:
    r"""Return the message of a GitHub workflow command; line feeds are kept in their encoded form.

    >>> escape_workflow_data("50%\n::error::no")
    '50%25%0A::error::no'
    """
    return escape_lines(text).replace("%", "%25").replace("\n", "%0A")


def escape_workflow_property(text: str) -> str:
    """Return a property's value of a GitHub workflow command.

    >>> escape_workflow_property("a:b,c")
    'a%3Ab%2Cc'
    """
    return escape_workflow_data(text).replace(":", "%3A").replace(",", "%2C")


def escape_xml(text: str) -> str:
    r"""Return text for XML 1.0 content or a quoted attribute. Line feeds survive in both.

    >>> escape_xml('<a b="\x00">')
    '&lt;a b=&quot;\\x00&quot;&gt;'
    """
    text = escape_lines(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#39;").replace("\n", "&#10;")


def escape_uri(uri: str) -> str:
    """Return a relative file name as a URI reference (RFC 3986): forward slashes, the rest percent-encoded.

    >>> escape_uri("a b/c:d#1.json")
    'a%20b/c%3Ad%231.json'
    """
    if _PLAIN_URI.fullmatch(uri):
        return uri
    try:
        raw = uri.encode("utf-8", "surrogateescape")  # how Python names files whose bytes are not UTF-8
    except UnicodeEncodeError:
        raw = uri.encode("utf-8", "surrogatepass")
    return quote(raw, safe=_SAFE)
