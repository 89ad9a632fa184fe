"""Writes all pictures below a folder: `python -m tests.screenshots FOLDER`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.e2e.personas import Cast
from tests.e2e.trial import tried_out
from tests.screenshots import admins, champions, everyone, start
from tests.screenshots.company import plant
from tests.support.browser import open_browser


def main() -> None:
    """The README's pictures from a fresh start, the others from a company at work."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="uptake-") as place, open_browser() as browser:
        fresh, grown = Path(place) / "fresh", Path(place) / "grown"
        with tried_out(fresh) as address:
            start.take(browser, address, folder)
        plant(grown)
        with tried_out(grown, UPTAKE_TIMEZONE="Europe/Berlin") as address:
            cast = Cast(browser, address)
            for pictures in (everyone, champions, admins):
                pictures.take(cast, folder)
            cast.leaves()


if __name__ == "__main__":
    main()
