"""Brings a question to a person, and their reply back; offers again what nobody takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from dbos import DBOS
from slack_sdk.errors import SlackApiError

from adoption.privacy.models import RestrictedAction
from adoption.record import Record
from bot.answering.answered import relay_key
from bot.features.handoff.blocks import Offer, line, offer_message, person, reply_message
from bot.features.handoff.calls import CallBook, Pressed, bare, moment, plain
from bot.jobs.steps import Begun, Steps, start
from bot.slack.identity import People, user_of
from bot.slack.messages import Place
from bot.texts import texts

# Asked once, offered again, then handed to the admins.
_MOST_OFFERS = 3
_MOST_DRAWN = 4
# Takes or solves a call for somebody at a moment; whether it was theirs to do.
Act = Callable[[str, str, datetime], bool]


class HelpDesk:
    """Takes questions for people on, and looks after them until they are solved."""

    def __init__(
        self,
        steps: Steps,
        record: Record,
        people: People,
        help_channel: str | None,
        clock: Callable[[], float],
        patience: timedelta,
    ) -> None:
        self._steps = steps
        self._record = record
        self._calls = record.handoffs
        self._people = people
        self._book = CallBook(record, people, help_channel)
        self._clock = clock
        self._patience = patience
        # Hears that by a press, which has a name, somebody has brought a call further.
        self.changed: Callable[[str, str], None] = lambda key, account: None
        self._ask = DBOS.workflow(name="help")(self._ask_workflow())
        self._take = DBOS.workflow(name="help take")(
            self._course_workflow(self._calls.take, "taken")
        )
        self._solve = DBOS.workflow(name="help solve")(
            self._course_workflow(self._calls.solve, "solved_asker")
        )
        self._relay = DBOS.workflow(name="relay")(self._relay_workflow())
        self._again = DBOS.workflow(name="help again")(self._again_workflow())

    def ask(self, pressed: Pressed) -> None:
        """Keeps that somebody wants a person's help with a question."""
        key = f"help:{pressed.interaction}:{pressed.account}"
        start(self._ask, key, key, plain(pressed))

    def take(self, pressed: Pressed) -> None:
        """Keeps that somebody takes care of a question."""
        key = f"help-take:{pressed.interaction}:{pressed.account}:{pressed.at}"
        start(self._take, key, key, plain(pressed))

    def solve(self, pressed: Pressed) -> None:
        """Keeps that somebody calls a question solved."""
        key = f"help-solve:{pressed.interaction}:{pressed.account}:{pressed.at}"
        start(self._solve, key, key, plain(pressed))

    def helps_in(self, channel: str, thread: str, user: str) -> bool:
        """Whether people help with a question in a thread, or may do so from this moment on."""
        # Asked first: a call that gets its place in between is found by that place.
        return (
            self._calls.is_on_its_way((channel, user))
            or self._calls.at_message(channel, thread) is not None
        )

    def reply(self, channel: str, thread: str, account: str, ts: str, text: str) -> None:
        """Keeps a reply in a help thread, for the person who asked."""
        key = relay_key(channel, ts)
        start(self._relay, key, key, channel, thread, account, text, float(ts))

    def step(self) -> None:
        """Offers again what has waited too long; called now and then, in any worker."""
        before = datetime.fromtimestamp(self._clock(), UTC) - self._patience
        for call in self._calls.waiting(before, _MOST_OFFERS):
            offers = call.offers + 1
            key = f"help-again:{call.interaction_id}:{offers}"
            start(self._again, key, key, call.interaction_id, offers, self._clock())

    def _ask_workflow(self) -> Callable[[str, dict[str, Any]], None]:
        def ask(key: str, values: dict[str, Any]) -> None:
            pressed, say = Pressed(**values), texts("handoff")
            begun = self._steps.begin(key)
            target = self._steps.record(self._book.target, pressed)
            if not target:
                self._steps.say(begun, "nobody", pressed.home, line(say["nobody"]))
                return
            offer = self._steps.record(self._book.offer_of, pressed.interaction, pressed.account)
            if offer is None:
                self._steps.say(begun, "gone", pressed.home, line(self._book.gone()))
                return
            if not self._steps.record(self._book.open, pressed, target):
                self._steps.say(begun, "already", pressed.home, line(say["already"]))
                return
            self._offer(begun, pressed, target, offer)

        return ask

    def _offer(self, begun: Begun, pressed: Pressed, target: str, values: dict[str, Any]) -> None:
        say = texts("handoff")
        link = self._link(pressed.channel, pressed.thread) if not pressed.alone else None
        offer = Offer(**(values | {"link": link or ""}))
        posted = self._steps.say(begun, "offer", Place(target), offer_message(offer))
        if posted is None:
            self._steps.say(begun, "nobody", pressed.home, line(say["nobody"]))
            return
        self._steps.record(
            self._calls.set_message, offer.interaction, posted["channel"], posted["ts"]
        )
        where = f"<#{target}>" if target.startswith(("C", "G")) else person(target)
        self._steps.say(begun, "asked", pressed.home, line(say["asked"].format(where=where)))

    def _course_workflow(self, act: Act, said: str) -> Callable[[str, dict[str, Any]], None]:
        """Taking or solving: who may do it does, one wins, and the asker is told."""

        def course(key: str, values: dict[str, Any]) -> None:
            pressed, say = Pressed(**values), texts("handoff")
            begun, helper = self._steps.begin(key), user_of(pressed.account)
            # The button stands in the channel itself; in a thread, few would see what is said.
            here = replace(pressed.home, thread="")
            if not self._steps.record(self._book.may_help, pressed):
                self._steps.record(self._refuse, key, pressed)
                self._steps.say(begun, "refused", here, line(say["not_yours"]))
                return
            won = self._steps.record(act, pressed.interaction, helper, moment(pressed.at))
            call = self._steps.record(self._book.known, pressed.interaction)
            if not won:
                faster = say["was_solved" if call["solved_by"] else "lost"]
                other = faster.format(helper=person(call["solved_by"] or call["taken_by"]))
                self._steps.say(begun, "lost", here, line(other))
                return
            self._show(pressed.interaction)
            self._tell(begun, said, call, say[said].format(helper=person(helper)))
            if not pressed.channel:
                self._lead(begun, helper, call)
            self.changed(key, pressed.account)

        return course

    def _lead(self, begun: Begun, helper: str, call: dict[str, Any]) -> None:
        """Leads whoever took a question from Home to the thread in which they reply."""
        link = self._link(call["channel"], call["ts"])
        if link and not call["solved_by"]:
            text = texts("handoff")["yours"].format(link=link)
            self._steps.say(begun, "yours", Place(helper), line(text))

    def _refuse(self, key: str, pressed: Pressed) -> None:
        # Of a question, its name would lead to whoever asked.
        about, at = pressed.channel, moment(pressed.at)
        self._record.refused_actions.add(key, pressed.account, RestrictedAction.HELP, about, at)

    def _relay_workflow(self) -> Callable[[str, str, str, str, str, float], None]:
        def relay(key: str, channel: str, thread: str, account: str, text: str, at: float) -> None:
            begun = self._steps.begin(key)
            call = self._steps.record(self._book.at_place, channel, thread, user_of(account))
            if not call or call["account"] in (account, ""):
                return
            # A person's own conversation with the app is theirs alone: no link leads there.
            shared = str(call["channel"]).startswith(("C", "G"))
            link = self._link(call["channel"], call["ts"]) if shared else None
            message = reply_message(user_of(account), text, link or "")
            self._steps.say(begun, "reply", Place(call["home"], call["thread"]), message)
            ts = key.rpartition(":")[2]
            self._steps.record(self._calls.set_reply, call["interaction"], ts, moment(at))
            if not call["replied"]:
                self._show(call["interaction"])

        return relay

    def _again_workflow(self) -> Callable[[str, str, int, float], None]:
        def again(key: str, interaction: str, offers: int, at: float) -> None:
            begun, say = self._steps.begin(key), texts("handoff")
            self._steps.record(self._calls.set_offered, interaction, offers, moment(at))
            call = self._steps.record(self._book.known, interaction)
            if not call or call["taken_by"] or call["solved_by"] or not call["ts"]:
                return
            if offers < _MOST_OFFERS:
                shared = str(call["channel"]).startswith(("C", "G"))
                place = Place(call["channel"], call["ts"], broadcast=shared)
                self._steps.say(begun, "again", place, line(say["again"]))
                self._tell(begun, "still open", call, say["still_open"])
                return
            values = self._steps.record(self._book.offer_of, interaction, call["account"])
            link = self._link(call["channel"], call["ts"])
            for team in self._people.programme:
                offer = Offer(**((values or bare(call)) | {"link": link or ""}))
                message = offer_message(offer, say["to_admins"])
                self._steps.say(begun, f"admin {team}", Place(team), message)
            if self._people.programme:
                self._tell(begun, "passed on", call, say["passed_on"])

        return again

    def _show(self, interaction: str) -> None:
        """Shows helpers how far a call has come."""
        call = self._steps.record(self._book.known, interaction)
        if not call or not call["ts"]:
            return
        link = self._link(call["home"], call["thread"]) if call["thread"] else None
        self._steps.slack("show", self._draw, interaction, link or "")

    def _draw(self, interaction: str, link: str) -> None:
        drawn: dict[str, Any] = {}
        # What others do to the call meanwhile is drawn over it: read again, draw again.
        for _ in range(_MOST_DRAWN):
            call = self._book.known(interaction)
            if not call or call == drawn:
                return
            values = self._book.offer_of(interaction, call["account"]) or bare(call)
            course = {name: call[name] for name in ("taken_by", "solved_by", "replied")}
            message = offer_message(Offer(**(values | {"link": link} | course)))
            self._steps.client.chat_update(
                channel=call["channel"], ts=call["ts"], text=message.text, blocks=message.blocks
            )
            drawn = call

    def _tell(self, begun: Begun, part: str, call: dict[str, Any], text: str) -> None:
        """Tells the asker, and in a channel nobody else."""
        if not call["account"] or not call["home"]:
            return
        asker = user_of(call["account"])
        shared = call["home"].startswith(("C", "G"))
        place = Place(call["home"], call["thread"], only_for=asker if shared else "")
        self._steps.say(begun, part, place, line(text))

    def _link(self, channel: str, ts: str) -> str | None:
        def link() -> str:
            found = self._steps.client.chat_getPermalink(channel=channel, message_ts=ts)
            return str(found.get("permalink") or "")

        def link_or_none() -> str:
            try:
                return link()
            except SlackApiError as error:
                if error.response.status_code == 429:
                    raise
                return ""

        return self._steps.slack("link", link_or_none) if ts else None
