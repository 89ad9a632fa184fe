"""Draws Home tabs when something has changed, and answers what is asked there."""

from __future__ import annotations

import threading

from bot.answering.question import Question
from bot.features.home.drawing import draw_home
from bot.features.office import Office
from bot.features.onboarding.jobs import greet
from bot.jobs.deeds import Deed
from bot.observability.question_metrics import Course, Observer
from bot.slack.blocks.parts import section, user_of
from bot.slack.messages import Message
from bot.slack.mrkdwn import plain


class HomeDeeds(Observer):
    """The deeds around Home; watches answers, to show them there."""

    def __init__(self, office: Office) -> None:
        self._office = office
        office.refreshers.append(self.draw)
        office.watchers.append(self)
        office.deeds.on("home_opened", self._opened)
        office.deeds.on("home_changed", lambda deed: self.draw(deed, deed.values["account"]))
        office.deeds.on("help_changed", self._helped)
        office.deeds.on("home_ask", self._ask)

    def _helped(self, deed: Deed) -> None:
        self._office.refresh(deed, deed.values["account"], admins=True)

    def ended(self, question: Question, course: Course) -> None:
        """Shows an answer in the asker's Home; aside, for a step cannot keep a deed."""

        def keep() -> None:
            if self._office.record.home_views.content_hash(question.account):
                id = f"home:{question.id}"
                self._office.deeds.take(id, "home_changed", account=question.account)

        threading.Thread(target=keep, name="home", daemon=True).start()

    def draw(self, deed: Deed, account: str) -> None:
        """Draws somebody's Home, as a step."""
        deed.step(f"home {account}", draw_home, self._office.container, account)

    def _opened(self, deed: Deed) -> None:
        account = deed.values["account"]
        deed.step(f"home {account}", draw_home, self._office.container, account, opened=True)
        greet(self._office, deed, account)

    def _ask(self, deed: Deed) -> None:
        """Shows the question in the person's direct messages, and has it answered under that."""
        account, words = deed.values["account"], deed.values["text"]
        text = f"You asked: {plain(words, 2500)}"
        place = self._office.post(deed, "asked", user_of(account), Message(text, [section(text)]))
        if place:
            self._office.ask(account, place[0], place[1], words)
