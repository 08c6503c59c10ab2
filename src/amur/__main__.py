"""`python -m amur` is the command `amur`."""

import sys

from amur.cli import main

if __name__ == "__main__":
    sys.exit(main())
