"""``python -m verification`` is the command ``betavae``."""

import sys

from verification.cli import main

if __name__ == "__main__":
    sys.exit(main())
