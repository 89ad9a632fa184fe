"""Posts digests with their pictures, and keeps who does what about them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import func, select

from adoption.privacy.models import RestrictedAction
from adoption.questions.models import Interaction
from adoption.reports.alerts import alerts_of, keep_alert, new_alerts
from adoption.reports.digest.digest import Digest, weekly_digest
from adoption.reports.digest.formats import digest_as_csv
from adoption.reports.digest.html import digest_as_html
from adoption.reports.digest.pictures import overrides_picture, use_picture
from adoption.reports.follow_ups import FollowUpBook, Point
from adoption.reports.weeks import Week
from adoption.usage.queries import UseReader
from bot.features.digest.alert_blocks import alert_message
from bot.features.digest.blocks import (
    digest_message,
    late_digest_message,
    point_blocks,
    point_named,
    value_of,
)
from bot.features.office import Office
from bot.jobs.deeds import Deed
from bot.slack.blocks.parts import named
from bot.slack.messages import Message, Picture
from knowledge.errors import EncoderUnavailable

log = logging.getLogger(__name__)

NOT_THERE = "I cannot write there. Invite me to the channel first, then try again."
USE_PICTURE = "Active people this week beside the week before"
WHY_PICTURE = "The reasons behind overrides, this week and before"
Made = Callable[[str], Digest]


_KEY = "digest-"


def digest_key(week: str) -> str:
    """What names the weekly digest of a week, as a deed and as something said."""
    return f"{_KEY}{week}"


class DigestDeeds:
    """The deeds around digests and alerts."""

    def __init__(self, office: Office) -> None:
        self._office = office
        office.deeds.on("digest", self._asked)
        office.deeds.on("digest_week", self._weekly)
        office.deeds.on("digest_take", self._take)
        office.deeds.on("digest_done", self._done)
        office.deeds.on("alerts", self._alert)

    @property
    def _book(self) -> FollowUpBook:
        return FollowUpBook(self._office.record.engine)

    def is_due(self, week: Week) -> bool:
        """Whether a week's digest is still to be posted, and has anything to say."""
        # Longer than the job is kept.
        if self._office.record.notices.is_posted(digest_key(str(week))):
            return False
        _, end = week.bounds(self._office.settings.zone)
        with self._office.record.engine.connect() as connection:
            first = connection.scalar(select(func.min(Interaction.asked_at)))
        if first is not None and first < end:
            return True
        told = UseReader(self._office.record.engine).first_day()
        return told is not None and told < week.next.monday

    def is_missed(self, week: Week) -> bool:
        """Whether a week's digest is still to be posted though earlier ones were."""
        first = self._office.record.notices.first(_KEY)
        return first is not None and first < digest_key(str(week)) and self.is_due(week)

    def _asked(self, deed: Deed) -> None:
        office, values = self._office, deed.values
        if not office.lets(deed, RestrictedAction.DIGEST, values["week"]):
            return
        if not self._post(deed, Week.parse(values["week"]), values["place"]):
            office.whisper(deed, values["url"], values["account"], NOT_THERE)

    def _weekly(self, deed: Deed) -> None:
        office, week = self._office, deed.values["week"]
        post = self._post_late if deed.values.get("late") else self._post
        post(deed, Week.parse(week), deed.values["place"])
        deed.step("said", office.record.notices.add, digest_key(week), office.now())
        office.refresh(deed, admins=True)

    def _post(self, deed: Deed, week: Week, place: str) -> bool:
        # Made at most once in a process, however many steps show a part of it.
        made_of = cache(self._of)
        made = deed.step("digest", self._digest, made_of, str(week))
        files = deed.step("pictures", self._pictures, made_of, str(week))
        message = deed.step("message", self._message, made_of, str(week), files)
        posted = self._office.post(deed, "post", place, Message(message["text"], message["blocks"]))
        if files and not posted:
            # Slack may not know a fresh picture yet; better without than not at all.
            message = deed.step("plain", self._message, made_of, str(week), [])
            plain = Message(message["text"], message["blocks"])
            posted = self._office.post(deed, "post plain", place, plain)
        if not posted:
            return False
        self._attach(deed, posted, week, made)
        return True

    def _post_late(self, deed: Deed, week: Week, place: str) -> None:
        """Posts a missed week in short: nobody can still do what it would have recommended."""
        made = deed.step("digest", self._late, str(week))
        posted = self._office.post(deed, "post", place, Message(made["text"], made["blocks"]))
        if posted:
            self._attach(deed, posted, week, made)

    def _late(self, week: str) -> dict[str, Any]:
        digest = self._of(week)
        message = late_digest_message(digest)
        files = {"html": digest_as_html(digest), "csv": digest_as_csv(digest)}
        return {"text": message.text, "blocks": message.blocks, **files}

    def _attach(self, deed: Deed, posted: list[str], week: Week, made: dict[str, Any]) -> None:
        """Puts the whole digest into the thread under its message."""
        for kind, about in (("html", "as a page"), ("csv", "in figures")):
            deed.step(
                f"attach {kind}",
                self._office.courier.attach,
                posted[0],
                posted[1],
                f"uptake-{week}.{kind}",
                made[kind],
                f"Week {week} {about}",
            )

    def _of(self, week: str) -> Digest:
        """The digest with its themes, or without them where the model cannot be loaded."""
        office = self._office
        record, zone, kept = office.record, office.settings.zone, office.shelf.kept()
        encode = office.index.encoder.encode
        try:
            return weekly_digest(record, Week.parse(week), zone, office.minimum, encode, kept)
        except EncoderUnavailable as error:
            log.warning("The digest of %s has no themes: %s", week, error)
            return weekly_digest(record, Week.parse(week), zone, office.minimum, guide_owners=kept)

    def _digest(self, made_of: Made, week: str) -> dict[str, str]:
        digest = made_of(week)
        _, end = digest.week.bounds(self._office.settings.zone)
        # A week that goes on may still recommend something else.
        if end <= self._office.now():
            self._book.recommend(digest.week, digest.recommendations)
        return {"html": digest_as_html(digest), "csv": digest_as_csv(digest)}

    def _pictures(self, made_of: Made, week: str) -> list[list[str]]:
        digest = made_of(week)
        drawn = [
            Picture(f"{name}-{week}.png", content, about)
            for name, content, about in (
                ("use", use_picture(digest), USE_PICTURE),
                ("reasons", overrides_picture(digest), WHY_PICTURE),
            )
            if content is not None
        ]
        files = self._office.courier.upload(drawn)
        return [[file, each.about] for file, each in zip(files, drawn, strict=False)]

    def _message(self, made_of: Made, week: str, files: list[list[str]]) -> dict[str, Any]:
        message = digest_message(
            made_of(week), self._book.of(week), [(file, about) for file, about in files]
        )
        return {"text": message.text, "blocks": message.blocks}

    def _take(self, deed: Deed) -> None:
        office, values = self._office, deed.values
        week, subject = point_named(values["point"])
        if not office.lets(deed, RestrictedAction.DIGEST, week):
            return
        won = deed.step("take", self._book.take, week, subject, values["account"])
        point = self._book.get(week, subject)
        if point is None:
            return
        if not won:
            text = f"{named(point.owner)} was faster and takes care of it."
            office.whisper(deed, values["url"], values["account"], text)
        self._show(deed, point)

    def _done(self, deed: Deed) -> None:
        office, values = self._office, deed.values
        week, subject = point_named(values["point"])
        if not office.lets(deed, RestrictedAction.DIGEST, week):
            return
        now: datetime = office.now()
        account, did = values["account"], values["did"]
        won = deed.step("done", self._book.finish, week, subject, account, did, now)
        point = self._book.get(week, subject)
        if point is None:
            return
        if not won:
            text = f"{named(point.owner)} said before that it is done."
            office.whisper(deed, "", values["account"], text)
        self._show(deed, point)

    def _show(self, deed: Deed, point: Point) -> None:
        """Shows what became of a recommendation, where it was pressed and in Home."""
        channel, ts = deed.values["channel"], deed.values["ts"]
        if channel and ts:
            deed.step("show", self._redraw, channel, ts, point)
        self._office.refresh(deed, admins=True)

    def _redraw(self, channel: str, ts: str, point: Point) -> None:
        message = self._office.courier.read(channel, ts)
        blocks = message.get("blocks") or []
        for place, block in enumerate(blocks):
            values = [each.get("value") for each in block.get("elements", []) if "value" in each]
            if place and value_of(point) in values:
                changed = [*blocks[: place - 1], *point_blocks(point), *blocks[place + 1 :]]
                text = str(message.get("text") or "")
                self._office.courier.update(channel, ts, Message(text, changed))
                return

    def _alert(self, deed: Deed) -> None:
        """Raises what is new, each once."""
        office = self._office
        week, place = deed.values["week"], deed.values["place"]
        today = datetime.fromisoformat(deed.values["day"]).date()
        found = deed.step("look", self._new_alerts, week, today)
        for alert in found:
            message = Message(alert["text"], alert["blocks"])
            office.post(deed, f"alert {alert['key']}", place, message)
            deed.step(
                f"raised {alert['key']}",
                keep_alert,
                office.record.engine,
                alert["key"],
                office.now(),
            )

    def _new_alerts(self, week: str, today: date) -> list[dict[str, Any]]:
        office, engine = self._office, self._office.record.engine
        digest = weekly_digest(
            office.record, Week.parse(week), office.settings.zone, office.minimum
        )
        found = alerts_of(digest, UseReader(engine), today, office.minimum)
        made = []
        for alert in new_alerts(engine, found):
            message = alert_message(alert)
            made.append({"key": alert.key, "text": message.text, "blocks": message.blocks})
        return made
