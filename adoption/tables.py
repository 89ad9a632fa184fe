"""Every table of the record, known to SQLAlchemy once this is imported."""

from __future__ import annotations

from adoption import (
    desk_models,
    models,
    programme_models,
    revisions,
    spending,
    threads,
    use_models,
    voice_models,
)
from adoption.base import Base

METADATA = Base.metadata
# Importing them is what tells the metadata of their tables.
MODULES = (
    models,
    desk_models,
    programme_models,
    revisions,
    spending,
    threads,
    use_models,
    voice_models,
)
