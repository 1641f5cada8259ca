"""Parts of the standard library without what they bring along, which takes longer than what they do in a short run.

`pickle` defines in Python what its C part does, 1.5 ms; `hashlib` loads OpenSSL, 3 ms. Python's own `random` takes
SHA-512 from where this takes SHA-256. Where there are no such parts, the whole will do.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import sha256
    from pickle import dumps as pickled
    from pickle import loads as unpickled
else:
    try:
        from _pickle import dumps as pickled
        from _pickle import loads as unpickled
    except ImportError:
        from pickle import dumps as pickled
        from pickle import loads as unpickled
    try:
        from _sha2 import sha256
    except ImportError:
        try:
            from _sha256 import sha256  # Python 3.11
        except ImportError:
            from hashlib import sha256

HIGHEST_PROTOCOL = -1
"""What `pickled` takes for it."""

__all__ = ["HIGHEST_PROTOCOL", "pickled", "sha256", "unpickled"]
