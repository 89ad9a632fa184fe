"""What training, pulse, rollout and nudges add to a digest and a report, one module each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial

from adoption.privacy.groups import Minimum
from adoption.reports.programme.follow_ups import follow_ups_part
from adoption.reports.programme.nudges import nudges_part
from adoption.reports.programme.part import Part, Span
from adoption.reports.programme.pulse import pulse_part
from adoption.reports.programme.readiness import readiness_part
from adoption.reports.programme.rollout import rollout_part
from adoption.reports.programme.training import training_part
from adoption.usage.queries import UseReader

# In the order in which they are shown; each reads what it needs from the record.
PARTS: Mapping[str, Callable[[UseReader, Span, Minimum], Part]] = {
    "rollout": rollout_part,
    "readiness": readiness_part,
    "training": training_part,
    "pulse": pulse_part,
    "follow_ups": follow_ups_part,
    "nudges": nudges_part,
}


def programme_parts(
    reader: UseReader, span: Span, minimum: Minimum, features_off: Collection[str] = ()
) -> list[Part]:
    """What each part of the programme has to show for some days; empty parts are left out.

    Args:
        reader: the one that the rest of the report reads with.
        features_off: parts that are switched off.
    """
    parts = dict(PARTS)
    if "readiness" in features_off:
        parts["rollout"] = partial(rollout_part, with_checklists=False)
    made = [read(reader, span, minimum) for name, read in parts.items() if name not in features_off]
    return [part for part in made if part.section is not None or part.findings]
