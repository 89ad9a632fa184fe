"""Writes all pictures below a folder: `python -m tests.screenshots FOLDER`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image

from tests.e2e.personas import Cast
from tests.e2e.trial import tried_out
from tests.screenshots import (
    admins,
    champions,
    everyone,
    journeys,
    nudges,
    pages,
    programme,
    rollout,
    setup,
    start,
    training,
)
from tests.support.browser import open_browser

# Several people at work on a computer that takes pictures of each: nobody is in a hurry.
_PATIENCE_MS = 180_000


def main() -> None:
    """All of them from the example company, as `uptake run` shows it."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="uptake-") as place, open_browser() as browser:
        data = Path(place) / "data"
        with tried_out(data, example=True, UPTAKE_TIMEZONE="Europe/Berlin") as address:
            start.take(browser, address, folder)
            cast = Cast(browser, address)
            for each in (cast.maya, cast.jonas, cast.priya):
                each.page.set_default_timeout(_PATIENCE_MS)
            for pictures in (pages, everyone, champions, admins, rollout, training):
                pictures.take(cast, folder)
            cast.leaves()
        programme.take(browser, folder, Path(place) / "programme" / "data")
        nudges.take(browser, folder)
        journeys.take(browser, folder, Path(place) / "journeys" / "data")
        setup.take(browser, folder, Path(place) / "setup" / "data")
    for picture in folder.glob("*.png"):
        _make_small(picture)


def _make_small(picture: Path) -> None:
    """Keeps 256 colours, which no one misses in a screenshot: a third of the bytes."""
    with Image.open(picture) as image:
        small = image.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(picture, optimize=True)


if __name__ == "__main__":
    main()
