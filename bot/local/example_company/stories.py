"""Success stories, published week by week."""

from __future__ import annotations

from adoption.record import Record
from adoption.submissions.models import State
from adoption.submissions.schemas import StoryFields
from adoption.submissions.submissions import Decision
from bot.local.example_company.company import TOOLS, Company

_STORY = StoryFields(
    title="The minutes of our Monday round",
    tool=TOOLS[1],
    changed="They write themselves now, I only check the names.",
    figure="0.5",
    unit="hours",
    consent=True,
)


def fill(record: Record, company: Company) -> None:
    """Stores the stories of all weeks."""
    people = company.active_people
    for monday in company.mondays:
        chance = company.chance("stories", monday)
        for number in range(1 + company.size // 500):
            id, at = f"{monday}:{number}", company.moment(chance, monday)
            record.stories.submit_fields(id, chance.choice(people).account, _STORY, True, at)
            record.stories.decide(id, Decision(State.PUBLISHED, id, "U-admin", at))
