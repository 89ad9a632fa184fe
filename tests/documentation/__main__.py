"""Makes anew what documents take from the code: `python -m tests.documentation`."""

from __future__ import annotations

from tests.documentation.diagram import ARCHITECTURE, drawn
from tests.documentation.settings_page import SETTINGS, settings_page
from tests.supply.licences import PAGE, licences_page

ARCHITECTURE.write_text(drawn(ARCHITECTURE.read_text("utf-8")), "utf-8")
SETTINGS.write_text(settings_page(), "utf-8")
PAGE.write_text(licences_page(), "utf-8")
