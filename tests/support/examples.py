"""How many examples hypothesis tries: few in `make test`, all of them in `make soak`."""

from __future__ import annotations

import os

# Set by `make soak`.
ALL = os.environ.get("EXAMPLES") == "all"
_ENOUGH = 12


def examples(full: int) -> int:
    """`full`, or a quarter of it and no fewer than a dozen where a dozen were asked for."""
    return full if ALL else min(full, max(_ENOUGH, full // 4))
