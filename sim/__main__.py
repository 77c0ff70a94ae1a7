"""`python -m sim` is `qcap`."""

import sys

from sim.cli import main

if __name__ == "__main__":  # worker processes import this module again
    sys.exit(main())
