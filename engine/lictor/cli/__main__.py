"""`python -m lictor.cli` is `lictor`."""

from lictor.cli import main

if __name__ == "__main__":
    main()
