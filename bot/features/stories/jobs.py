"""What becomes of a success story: kept, shown to admins, decided on, posted, indexed, counted."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime

from adoption.privacy.models import RestrictedAction
from adoption.submissions.models import State
from adoption.submissions.schemas import StoryFields
from adoption.submissions.submissions import Decision, Story
from bot.features.guides.files import write_guides
from bot.features.office import Office
from bot.features.stories.blocks import author_message, review_message, story_message
from bot.features.stories.files import as_markdown
from bot.jobs.deeds import Deed
from bot.slack.blocks.parts import named, user_of

# Slack takes some hundred Home tabs a minute.
_ONLOOKERS = 50
NOT_YOURS = "Only an admin of the programme can decide on stories. Nothing was changed."


class StoryDeeds:
    """The deeds around stories."""

    def __init__(self, office: Office) -> None:
        self._office = office
        office.deeds.on("story_draft", self._draft)
        office.deeds.on("story_send", self._send)
        office.deeds.on("story_decide", self._decide)
        office.deeds.on("story_reaction", self._count)

    def _draft(self, deed: Deed) -> None:
        values = deed.values
        fields = StoryFields(**values["fields"])
        at = datetime.fromtimestamp(values["at"], UTC)
        book = self._office.stories
        deed.step("draft", book.save_draft, values["story"], values["account"], fields, at)
        if values.get("closed"):
            self._office.refresh(deed, values["account"])

    def _send(self, deed: Deed) -> None:
        office, id, account = self._office, deed.values["story"], deed.values["account"]
        at = datetime.fromtimestamp(deed.values["at"], UTC)
        sent = deed.step("send", office.stories.submit, id, account, at)
        story = office.stories.get(id)
        if not sent or story is None:
            return
        waiting = replace(story, state=State.AWAITING, note="")
        team = account.partition(":")[0]
        places = deed.step("admins", office.admin_places, team)
        asked = []
        for number_, place in enumerate(places):
            asked.append(office.post(deed, f"review {number_}", place, review_message(waiting)))
        deed.step(
            "asked", office.stories.set_review_messages, id, [(p[0], p[1]) for p in asked if p]
        )
        office.post(deed, "thanks", user_of(account), author_message(waiting))
        office.refresh(deed, account, admins=True)

    def _decide(self, deed: Deed) -> None:
        office, values = self._office, deed.values
        if not office.lets(deed, RestrictedAction.STORY, values["story"], NOT_YOURS):
            return
        state, id = State(values["state"]), values["story"]
        won = deed.step(
            "decide",
            office.stories.decide,
            id,
            Decision(state, deed.id, values["account"], office.now(), values["note"]),
        )
        story = office.stories.get(id)
        if story is None:
            return
        if not won:
            who = named(story.decided_by) if story.decided_by else "its author"
            text = f"{who} was faster. Nothing was changed."
            office.whisper(deed, values["url"], values["account"], text)
            return
        if state is State.PUBLISHED:
            story = self._publish(deed, story)
        for number_, (channel, ts) in enumerate(story.review_messages):
            deed.step(
                f"decided {number_}", office.courier.update, channel, ts, review_message(story)
            )
        office.post(deed, "author", user_of(story.account), author_message(story))
        others = self._onlookers(deed) if state is State.PUBLISHED else []
        office.refresh(deed, story.account, *others, admins=True)

    def _onlookers(self, deed: Deed) -> list[str]:
        """Who may have Home open; everybody else's is drawn when they open it."""
        return deed.step("onlookers", self._office.record.home_views.accounts, most=_ONLOOKERS)

    def _publish(self, deed: Deed, story: Story) -> Story:
        """Posts a story and brings it into the index."""
        office = self._office
        channel = office.settings.stories_channel
        place = office.post(deed, "post", channel, story_message(story)) if channel else []
        if place:
            link = deed.step("link", office.courier.link, place[0], place[1])
            deed.step("place", office.stories.set_message, story.id, place[0], place[1], link)
            story = replace(story, channel=place[0], ts=place[1], link=link)
        deed.step("index", self.index)
        return story

    def index(self) -> None:
        """Writes the published stories as files and brings the index up to date."""
        published = self._office.stories.published()
        guides = {story.id: as_markdown(story) for story in published}
        write_guides(guides, self._office.settings.stories_dir)
        self._office.sync()

    def _count(self, deed: Deed) -> None:
        office = self._office
        channel, ts = deed.values["channel"], deed.values["ts"]
        if deed.step("ours", office.stories.is_message, channel, ts):
            count = deed.step("reactions", office.courier.reactions, channel, ts)
            deed.step("count", office.stories.set_reactions, channel, ts, count)


def draft_values(story: str, account: str, fields: StoryFields, at: float) -> dict[str, object]:
    """What a draft's deed keeps."""
    return {"story": story, "account": account, "fields": asdict(fields), "at": at}
