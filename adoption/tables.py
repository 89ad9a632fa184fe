"""Every table of the record, known to SQLAlchemy once this is imported."""

from __future__ import annotations

from adoption.access import models as access
from adoption.channels import models as channels
from adoption.db.base import Base
from adoption.feedback import models as feedback
from adoption.follow_ups import models as follow_ups
from adoption.guides import models as guides
from adoption.handoffs import models as handoffs
from adoption.nudges import models as nudges
from adoption.people import models as people
from adoption.privacy import models as privacy
from adoption.pulse import models as pulse
from adoption.questions import models as questions
from adoption.readiness import models as readiness
from adoption.roles import models as roles
from adoption.rollout import models as rollout
from adoption.submissions import models as submissions
from adoption.tracking import models as tracking
from adoption.training import models as training
from adoption.usage import models as usage

METADATA = Base.metadata
# Importing them is what adds their tables to the metadata.
MODULES = (
    access,
    channels,
    feedback,
    follow_ups,
    guides,
    handoffs,
    nudges,
    people,
    privacy,
    pulse,
    questions,
    readiness,
    roles,
    rollout,
    tracking,
    submissions,
    training,
    usage,
)
