"""Every table of the record, known to SQLAlchemy once this is imported."""

from __future__ import annotations

from adoption.db.base import Base
from adoption.feedback import models as voice_models
from adoption.people import programme_models
from adoption.questions import desk_models, models, revisions, spending, threads
from adoption.usage import models as use_models

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
