"""What becomes of a FAQ entry: drafted from a reply, kept, decided on by an admin, indexed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from adoption.handoffs.handoffs import Handoff, Handoffs
from adoption.privacy.models import RestrictedAction
from adoption.privacy.redaction import redact, without_names
from adoption.reports.home import askers_of
from adoption.reports.questions import alike
from adoption.submissions.models import State
from adoption.submissions.schemas import FaqFields, faq_id
from adoption.submissions.submissions import Decision
from bot.answering.answered import case_of, reply_at
from bot.features.faqs.blocks import (
    LONGEST_ANSWER,
    LONGEST_QUESTION,
    author_message,
    review_message,
    taken_up_message,
)
from bot.features.faqs.files import as_markdown
from bot.features.guides.files import write_guides
from bot.features.office import Office
from bot.jobs.deeds import Deed
from bot.slack.blocks.parts import named, user_of
from bot.slack.mrkdwn import cut
from bot.texts import texts
from bot.tools import known_tools
from knowledge.index.passages import EVERYONE

# Who asked longer ago than this has found out otherwise.
_TOLD_WITHIN = timedelta(days=28)


@dataclass(frozen=True)
class Draft:
    """What an entry can be drafted from.

    Attributes:
        channel: where the question was asked; empty where that was no channel.
        asker: the account of whoever asked.
    """

    fields: FaqFields
    channel: str
    asker: str


class FaqDeeds:
    """The deeds around FAQ entries."""

    def __init__(self, office: Office) -> None:
        self._office = office
        office.deeds.on("faq_send", self._send)
        office.deeds.on("faq_decide", self._decide)
        office.deeds.on("faq_write", self._write)

    def _send(self, deed: Deed) -> None:
        office, values = self._office, deed.values
        say, account, interaction = texts("faqs"), values["account"], values["interaction"]
        # Asked again: what a dialog carries is no proof of who may send it.
        if not deed.step("may", may_save, office, interaction, account):
            office.refuse(deed, RestrictedAction.FAQ, faq_id(interaction), say["not_yours"])
            return
        id, at = faq_id(interaction), datetime.fromtimestamp(values["at"], UTC)
        if not deed.step("send", self._keep, id, account, values["fields"], values["named"], at):
            office.whisper(deed, "", account, say["already"])
            return
        entry = office.faqs.get(id)
        if entry is None:
            return
        waiting = replace(entry, state=State.AWAITING, note="")
        places = deed.step("admins", office.admin_places, account.partition(":")[0])
        asked = []
        for number, place in enumerate(places):
            asked.append(office.post(deed, f"review {number}", place, review_message(waiting)))
        deed.step("asked", office.faqs.set_review_messages, id, [(p[0], p[1]) for p in asked if p])
        office.post(deed, "thanks", user_of(account), author_message(waiting))
        office.refresh(deed, admins=True)

    def _keep(
        self, id: str, account: str, values: dict[str, str], is_named: bool, at: datetime
    ) -> bool:
        fields = FaqFields(**values)
        if not is_named:
            names = _names(self._office)
            fields = replace(
                fields,
                question=without_names(fields.question, names),
                answer=without_names(fields.answer, names),
            )
        return self._office.faqs.submit_fields(id, account, fields, is_named, at)

    def _decide(self, deed: Deed) -> None:
        office, values, say = self._office, deed.values, texts("faqs")
        account, id, state = values["account"], values["faq"], State(values["state"])
        if not office.lets(deed, RestrictedAction.FAQ, id, say["not_admin"]):
            return
        edited = FaqFields(**values["fields"]) if values["fields"] else None
        won = deed.step(
            "decide",
            office.faqs.decide,
            id,
            Decision(state, deed.id, account, office.now(), values["note"], edited),
        )
        entry = office.faqs.get(id)
        if entry is None:
            return
        if not won:
            text = say["faster"].format(admin=named(entry.decided_by))
            office.whisper(deed, values["url"], account, text)
            return
        if state is State.PUBLISHED:
            deed.step("index", self.index)
        for number, (channel, ts) in enumerate(entry.review_messages):
            message = review_message(entry)
            deed.step(f"decided {number}", office.courier.update, channel, ts, message)
        if user_of(entry.account):
            office.post(deed, "author", user_of(entry.account), author_message(entry))
        office.refresh(deed, admins=True)

    def _write(self, deed: Deed) -> None:
        """An admin answers what could not be answered: published at once, and askers are told."""
        office, values, say = self._office, deed.values, texts("faqs")
        account, asked, id = values["account"], values["asked"], gap_id(values["asked"])
        if not office.lets(deed, RestrictedAction.FAQ, id, say["not_admin"]):
            return
        at, fields = datetime.fromtimestamp(values["at"], UTC), FaqFields(**values["fields"])
        if not deed.step("publish", self._publish, id, account, fields, at, deed.id):
            office.whisper(deed, "", account, say["already"])
            return
        deed.step("index", self.index)
        entry = office.faqs.get(id)
        if entry is not None:
            office.post(deed, "author", user_of(account), author_message(entry))
        # Whoever may not read the answer is not told of it either.
        if fields.audience == EVERYONE:
            since = at - _TOLD_WITHIN
            askers = deed.step("askers", askers_of, office.record.engine, asked, since)
            for number, asker in enumerate(a for a in askers if user_of(a) and a != account):
                place, message = user_of(asker), taken_up_message(asked)
                office.post(deed, f"asker {number}", place, message)
        office.refresh(deed, admins=True)

    def _publish(
        self, id: str, account: str, fields: FaqFields, at: datetime, decision: str
    ) -> bool:
        faqs = self._office.faqs
        if not faqs.submit_fields(id, account, fields, True, at):
            # Somebody else's, or this very press, told again.
            entry = faqs.get(id)
            return entry is not None and (entry.account, entry.updated_at) == (account, at)
        return faqs.decide(id, Decision(State.PUBLISHED, decision, account, at))

    def index(self) -> None:
        """Writes the approved entries as files and brings the index up to date."""
        guides = {entry.id: as_markdown(entry) for entry in self._office.faqs.published()}
        write_guides(guides, self._office.settings.faqs_dir)
        self._office.sync()


def gap_id(asked: str) -> str:
    """The name of the entry that answers a question of the digest which had no answer."""
    return faq_id(f"gap:{alike(asked)}")


def may_save(office: Office, interaction: str, account: str) -> bool:
    """Whether somebody answered that question, or is a champion or an admin."""
    call = _calls(office).get(interaction)
    if call is None:
        return False
    user = user_of(account)
    if user in (call.taken_by, call.solved_by) or _replied(call) == account:
        return True
    return office.roles.champion(account) is not None or office.admins.knows(user)


def draft_of(office: Office, interaction: str) -> Draft | None:
    """An entry drafted from a question and the newest reply; None if their words are gone."""
    call = _calls(office).get(interaction)
    case = case_of(interaction) if call is not None else None
    if call is None or case is None or not call.channel or not call.reply_ts:
        return None
    reply = reply_at(call.channel, call.reply_ts)
    if reply is None:
        return None
    names = _names(office)
    shared = call.asked_channel.startswith(("C", "G"))
    fields = FaqFields(
        question=cut(redact(case.question.text, names), LONGEST_QUESTION),
        answer=cut(redact(reply.text, names), LONGEST_ANSWER),
    )
    return Draft(fields, call.asked_channel if shared else "", call.account or "")


def is_saved(office: Office, interaction: str) -> bool:
    """Whether there is an entry of that question that was not declined."""
    entry = office.faqs.get(faq_id(interaction))
    return entry is not None and entry.state is not State.DECLINED


def tools_of(office: Office) -> list[str]:
    """The tools an entry can be about."""
    return known_tools(office.record, office.index)


def fields_kept(fields: FaqFields) -> dict[str, str]:
    """Fields as a deed keeps them."""
    return asdict(fields)


def _replied(call: Handoff) -> str:
    reply = reply_at(call.channel, call.reply_ts) if call.channel and call.reply_ts else None
    return reply.account if reply is not None else ""


def _calls(office: Office) -> Handoffs:
    return office.record.handoffs


def _names(office: Office) -> frozenset[str]:
    return office.record.name_hashes()
