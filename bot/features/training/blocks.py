"""Training as people see it: the list, Home, and messages about a seat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import Block
from slack_sdk.models.blocks.block_elements import InteractiveElement
from slack_sdk.models.views import View

from adoption.training.catalogue import Session
from adoption.training.models import OPEN, SeatState, Tier
from adoption.training.notices import Notice, NoticeKind
from adoption.training.seats import Taken
from bot.delivery.blocks import address
from bot.features.training.offers import GuideToRead, Offer, Training
from bot.slack.blocks import actions, button, confirmation, context, header, modal, section
from bot.slack.identity import mention
from bot.slack.messages import Message
from bot.slack.mrkdwn import plain
from bot.texts import texts

LIST = "training_list"
SIGN_UP, GIVE_UP, OPEN_LIST = "training_sign_up", "training_give_up", "training_open"
MANAGE, MARK = "training_manage", "training_mark"
_MOST_SHOWN, _MOST_IN_HOME = 20, 3
_LAST_SEATS = 3


def list_dialog(training: Training, is_admin: bool) -> View:
    """What `/uptake training` shows."""
    say = texts("training")
    seats = [_offer(each, training.zone) for each in training.seats[:_MOST_SHOWN]]
    fitting = [_offer(each, training.zone) for each in training.fitting[:_MOST_SHOWN]]
    hosting = [_hosted(each, training.zone) for each in training.hosting[:_MOST_SHOWN]]
    blocks: list[Block] = [
        *([header(say["your_seats"]), *seats] if seats else []),
        *([header(say["fits_you"]), *fitting] if fitting else []),
        *([header(say["you_host"]), *hosting] if hosting else []),
        *([] if seats or fitting or hosting else [section(say["none"])]),
        *_to_mark(training),
        *_completed(training),
        *([context(say["sees_you"])] if seats or fitting else []),
        *([actions(button(say["manage"], MANAGE))] if is_admin else []),
    ]
    return modal(LIST, say["title"], blocks, close=say["close"])


def home_blocks(training: Training) -> list[Block]:
    """What Home shows: the next sessions, and those to mark; nothing where there is none."""
    say = texts("training")
    offers = [*training.seats, *training.fitting]
    if not offers and not training.to_mark:
        return []
    shown = [_offer(each, training.zone, brief=True) for each in offers[:_MOST_IN_HOME]]
    left = len(offers) - len(shown)
    return [
        header(say["home"]),
        *shown,
        *([context(say["more"].format(count=left))] if left else []),
        *_to_mark(training),
    ]


def _to_mark(training: Training) -> list[Block]:
    say = texts("training")
    blocks: list[Block] = []
    for each in training.to_mark[:_MOST_SHOWN]:
        about = f"*{_title(each)}*\n{when(each, training.zone)}\n_{say['host_waits']}_"
        shown = section(about, button(say["came"], MARK, each.id, "primary"))
        shown.block_id = f"mark:{each.id}"
        blocks.append(shown)
    return [header(say["hosted"]), *blocks] if blocks else []


def _completed(training: Training) -> list[Block]:
    say, tiers = texts("training"), [each for each in Tier if each in training.completed]
    names = ", ".join(say[f"tier_{tier}"] for tier in tiers)
    return [context(say["completed"].format(tiers=names))] if tiers else []


def _offer(offer: Offer, zone: ZoneInfo, *, brief: bool = False) -> Block:
    """A session with the one button that somebody has for it; `brief` without what it is about."""
    say, session = texts("training"), offer.session
    state = say[f"state_{offer.state}"] if offer.state else _room(offer)
    text = [
        f"*{_title(session)}* · {say[f'tier_{session.course.tier}']}",
        details(session, zone),
        "" if brief or offer.state else plain(session.course.about, 600),
        f"_{state}_",
    ]
    shown = section("\n".join(line for line in text if line), _press(offer))
    # Named, so that a press counts while it is drawn again.
    shown.block_id = f"session:{session.id}"
    return shown


def _hosted(offer: Offer, zone: ZoneInfo) -> Block:
    """A session as its host sees it, with how full it is."""
    session = offer.session
    where = " · ".join(part for part in (when(session, zone), place_of(session)) if part)
    return section(f"*{_title(session)}*\n{where}\n_{how_full(session, offer.taken)}_")


def how_full(session: Session, taken: Taken) -> str:
    """How many seats are free, or how many people wait; for whoever runs it."""
    say, seats = texts("training"), session.plan.seats
    if taken.waiting:
        return say["seats_waiting"].format(waiting=taken.waiting)
    return say["seats_taken"].format(free=max(seats - taken.seats, 0), seats=seats)


def _press(offer: Offer) -> InteractiveElement:
    say, id = texts("training"), offer.session.id
    if offer.state in OPEN:
        waits = offer.state is SeatState.WAITING
        sure = confirmation(say["give_up_title"], say["give_up_text"], say["yes"], say["no"])
        label = say["leave_list" if waits else "give_up"]
        return button(label, GIVE_UP, id, confirm=None if waits else sure)
    is_full = offer.taken.seats >= offer.session.plan.seats
    return button(say["join_list" if is_full else "sign_up"], SIGN_UP, id)


def _room(offer: Offer) -> str:
    """Whether there is room; how many signed up is nobody's to see but the host's."""
    say, seats, taken = texts("training"), offer.session.plan.seats, offer.taken
    if taken.seats >= seats:
        return say["full_list" if taken.waiting else "full"]
    return say["last_seats" if seats - taken.seats <= _LAST_SEATS < seats else "free_seats"]


def details(session: Session, zone: ZoneInfo) -> str:
    """When, where and with whom, in mrkdwn."""
    return " · ".join([when(session, zone), *_where(session)])


def _where(session: Session) -> list[str]:
    say, host = texts("training"), session.plan.host
    by = say["by"].format(host=mention(host)) if host else ""
    return [part for part in (place_of(session), by) if part]


def place_of(session: Session) -> str:
    """Where it takes place: a link to a meeting, or the room."""
    place = session.plan.place
    if place.startswith(("https://", "http://")) and not set('<>|" ') & set(place):
        return texts("training")["online"].format(link=address(place))
    return plain(place, 300)


def when(session: Session, zone: ZoneInfo) -> str:
    """Day and times by the clocks of a zone; says so where the place has other clocks."""
    say, begin, end = texts("training"), *_times(session, zone)
    text = say["when"].format(day=_day(begin), start=f"{begin:%H:%M}", end=f"{end:%H:%M}")
    if end.date() != begin.date():
        text = say["when_days"].format(
            day=_day(begin), start=f"{begin:%H:%M}", last=_day(end), end=f"{end:%H:%M}"
        )
    there = session.starts_at.astimezone(ZoneInfo(session.plan.zone))
    is_other = there.utcoffset() != begin.utcoffset()
    return say["your_time"].format(when=text) if is_other else text


def notice_message(notice: Notice, zone: ZoneInfo, guides: Sequence[GuideToRead]) -> Message:
    """The message about a change of a seat."""
    say, session = texts("training"), notice.session
    text = say[_sentence(notice)].format(title=_title(session))
    is_open = notice.state in OPEN
    is_new = notice.kind in (NoticeKind.SEAT, NoticeKind.MOVED_UP)
    below = _about_file(notice)
    blocks: list[Block] = [
        section(f"{text}\n{details(session, zone)}" if is_open else text),
        *(_reading(guides) if is_new else []),
        *([context(below)] if below else []),
        _ways_on(notice, session),
    ]
    return Message.of(f"{text} {when(session, zone)}" if is_open else text, *blocks)


def _sentence(notice: Notice) -> str:
    moved_waiting = notice.kind is NoticeKind.MOVED and notice.state is SeatState.WAITING
    left_list = notice.kind is NoticeKind.CANCELLED and notice.told is SeatState.WAITING
    return f"{notice.kind}_waiting" if moved_waiting or left_list else str(notice.kind)


def _about_file(notice: Notice) -> str:
    say = texts("training")
    if notice.removes_from_calendar:
        return say["file_removes"]
    if not notice.adds_to_calendar:
        return ""
    return say["moved_below" if notice.kind is NoticeKind.MOVED else "seat_below"]


def _ways_on(notice: Notice, session: Session) -> Block:
    say = texts("training")
    if notice.state not in OPEN:
        return actions(button(say["others"], OPEN_LIST))
    offer = Offer(session, state=notice.state)
    return actions(_press(offer), button(say["open"], OPEN_LIST))


def reminder_message(session: Session, zone: ZoneInfo, *, is_last: bool) -> Message:
    """The reminder a day, or an hour, before."""
    say, begin = texts("training"), session.starts_at.astimezone(zone)
    text = say["remind_hour" if is_last else "remind_day"].format(
        title=_title(session), when=when(session, zone), time=f"{begin:%H:%M}"
    )
    where = " · ".join(_where(session))
    cancel = _press(Offer(session, state=SeatState.CONFIRMED))
    return Message.of(text, section(f"{text}\n{where}".strip()), actions(cancel))


def _reading(guides: Sequence[GuideToRead]) -> list[Block]:
    if not guides:
        return []
    named = ", ".join(
        f"<{address(each.link)}|{plain(each.title, 150).replace('|', '¦')}>"
        if each.link
        else plain(each.title, 150)
        for each in guides
    )
    return [context(texts("training")["read"].format(guides=named))]


def _title(session: Session) -> str:
    return plain(session.course.title, 300)


def _times(session: Session, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)


def _day(at: datetime) -> str:
    return f"{at:%a} {at.day} {at:%b}"
