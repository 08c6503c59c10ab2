"""`python -m amur` is the command `amur`."""

import sys

from amur.cli import main

sys.exit(main())
