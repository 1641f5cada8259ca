"""`python -m lictor.cli` is `lictor`."""

import sys

if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # the current directory, which may be a stranger's: nothing is imported from there
    from lictor.cli import main

    main()
