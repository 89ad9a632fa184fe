"""What admins decide about guides: one still holds, is left out, or is looked at by somebody."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from adoption.guides.decisions import GuideDecisions, GuideStatus, guide_id
from adoption.guides.models import GuideDecision
from adoption.guides.statistics import GuideUse
from adoption.privacy.models import RestrictedAction
from bot.container import Container
from bot.features.guides.blocks import (
    ASKED,
    GuideFacts,
    GuideLine,
    done_words,
    please_message,
)
from bot.features.office import Office
from bot.jobs.deeds import Deed
from bot.slack.blocks.parts import named
from bot.slack.mrkdwn import plain
from bot.texts import texts
from knowledge.guides.health import Guide
from knowledge.guides.reviews import day_of, overdue_in_words

_COMPLAINTS = 5


class GuideDeeds:
    """The deed of deciding about a guide."""

    def __init__(self, office: Office) -> None:
        self._office = office
        office.deeds.on("guide", self._decide)

    def _decide(self, deed: Deed) -> None:
        office, values, say = self._office, deed.values, texts("guides")
        account, id = values["account"], values["guide"]
        if not office.lets(deed, RestrictedAction.GUIDE, id, say["not_admin"]):
            return
        if values["ruling"] == ASKED:
            self._ask(deed, id)
            return
        source, title = deed.step("guide", self._named, id)
        if not source:
            office.whisper(deed, values["url"], account, say["gone"])
            return
        ruling, now = GuideDecision(values["ruling"]), office.now()
        today = now.astimezone(office.settings.zone).date()
        rule = office.guides.decide
        if not deed.step("rule", rule, source, title, ruling, deed.id, account, now, today):
            ruled = office.guides.get(id)
            by = named(ruled.by if ruled else "")
            office.whisper(deed, values["url"], account, say["faster"].format(admin=by))
            return
        deed.step("index", office.reread, source)
        office.whisper(deed, values["url"], account, done_words(ruling, title))
        office.refresh(deed, admins=True)

    def _ask(self, deed: Deed, id: str) -> None:
        office, values, say = self._office, deed.values, texts("guides")
        account, person = values["account"], values["person"]
        facts = facts_of(office.container, id)
        if facts is None:
            office.whisper(deed, "", account, say["gone"])
            return
        office.post(deed, "please", person, please_message(facts, account, values["note"]))
        title = plain(facts.title, 300)
        text = say["done_asked"].format(person=named(person), title=title)
        office.whisper(deed, "", account, text)

    def _named(self, id: str) -> tuple[str, str]:
        """Source and title of a guide, also of one that is left out; empty if it is gone."""
        guide = _guide(self._office.container, id)
        if guide is not None:
            return guide.source, guide.title
        ruled = self._office.guides.get(id)
        return (ruled.source, ruled.title) if ruled is not None else ("", "")


def facts_of(container: Container, id: str) -> GuideFacts | None:
    """What an admin is told of a guide of the live index; None if there is none by that name."""
    guide = _guide(container, id)
    if guide is None:
        return None
    now, days = container.now(), container.guides.days
    use = container.guides.fared(now).used.get(guide.source, GuideUse(guide.source, 0, 0, 0))
    names = container.record.name_hashes()
    since = now - timedelta(days=days)
    said = container.record.guide_statistics.complaints(guide.source, since, names, _COMPLAINTS)
    return GuideFacts(
        id=id,
        title=guide.title,
        kind=guide.kind,
        owner=guide.owner,
        review=_review(guide),
        where=Path(guide.source).name,
        link=guide.link,
        days=days,
        count=use.citations,
        up=use.up,
        down=use.down,
        complaints=said,
    )


def lists_of(container: Container) -> dict[str, list[GuideLine]]:
    """The guides an admin should look at, by what is the matter with them."""
    guides = container.guides
    say, now, days = texts("guides"), container.now(), guides.days
    answers = guides.fared(now).answers
    never = say["never"].format(answers=answers, days=days)
    return {
        "stale": [_line(each, overdue_in_words(each.reviewed)) for each in guides.overdue()],
        "down": [
            _line(each, say["thumbs"].format(down=use.down, up=use.up, days=days))
            for each, use in guides.voted_down(now)
        ],
        "unused": [_line(each, never) for each in guides.unused(now)],
        "left_out": [_left_out(each) for each in GuideDecisions(container.engine).excluded()],
    }


def _line(guide: Guide, says: str) -> GuideLine:
    return GuideLine(guide_id(guide.source), guide.title, says, guide.owner)


def _left_out(ruled: GuideStatus) -> GuideLine:
    says = texts("guides")["left_out_by"].format(admin=named(ruled.by))
    return GuideLine(guide_id(ruled.source), ruled.title, says)


def _guide(container: Container, id: str) -> Guide | None:
    return next((each for each in container.guides.guides() if guide_id(each.source) == id), None)


def _review(guide: Guide) -> str:
    day = day_of(guide.reviewed)
    if day is None:
        return overdue_in_words(guide.reviewed)
    return texts("guides")["reviewed"].format(day=f"{day.day} {day:%b %Y}")
