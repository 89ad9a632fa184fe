"""Changes what Slack shows already: an answer given anew, deleted, or ended early."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.conversation.question import Question
from bot.delivery.blocks import ANSWER_EVENT, answer_message, stopped_note
from bot.delivery.delivery import Delivery
from bot.delivery.help import Help, ask_a_person
from bot.slack.errors import SlackRefused
from bot.slack.gateway import SlackGateway
from bot.slack.identity import user_of
from bot.slack.messages import Message, Place
from knowledge.answers.answer import Answer

# Who helps with a question.
HelpOf = Callable[[Question], Help]
ENDED_ALREADY = "message_not_in_streaming_state"


def metadata_of(question: str) -> dict[str, Any]:
    """What marks a message as the whole answer to a question."""
    return {"event_type": ANSWER_EVENT, "event_payload": {"question": question}}


class MessageEdits(Delivery):
    """What can be done to the app's own messages.

    Args:
        help_of: says who helps with a question.
    """

    def __init__(self, slack: SlackGateway, help_of: HelpOf = ask_a_person) -> None:
        self._slack = slack
        self._help_of = help_of

    def message(self, question: Question, answer: Answer) -> Message:
        """The message that shows an answer, as it is now."""
        return answer_message(answer, question.id, self.help_for(question))

    def help_for(self, question: Question) -> Help:
        """Who helps with a question, and how far that has come."""
        return self._help_of(question)

    def change(self, question: Question, ts: str, answer: Answer) -> str:
        """Shows another answer in the place of the one in message `ts`; returns its ts."""
        message = self.message(question, answer)
        metadata = metadata_of(question.id)
        reader = user_of(question.account)
        self._slack.update(question.channel, ts, message, metadata=metadata, reader=reader)
        return ts

    def remove(self, channel: str, ts: str) -> None:
        """Deletes a message."""
        self._slack.delete(channel, ts)

    def continues_after(self, question: Question, ts: str) -> bool:
        """Whether anything was said in the thread after the answer in message `ts`."""
        thread = self._slack.thread(question.channel, question.thread)
        try:
            return any(float(each["ts"]) > float(ts) for each in thread)
        except SlackRefused:
            # A thread whose last message goes with its root.
            return False

    def close(self, channel: str, ts: str) -> None:
        """Ends a message that grows, with a note; a finished answer is left as it is.

        Slack ends it by itself when somebody presses stop, so the note may have to be put there.
        """
        try:
            self._slack.stop_stream(Place(channel), ts, Message("", [stopped_note()]))
        except SlackRefused as error:
            if error.code != ENDED_ALREADY:
                raise
            self._add_note(channel, ts)

    def at_rest(self, channel: str, thread: str) -> None:
        """Shows that nothing is worked on in a conversation."""
        self._slack.set_status(channel, thread, "active")

    def _add_note(self, channel: str, ts: str) -> None:
        note = stopped_note()
        message = self._slack.read_reply(channel, ts)
        blocks = message.get("blocks") or []
        is_whole = message.get("metadata", {}).get("event_type") == ANSWER_EVENT
        if message and not is_whole and note["block_id"] not in _ids(blocks):
            text = str(message.get("text") or "")
            self._slack.update(channel, ts, Message(text, [*blocks, note]))


def _ids(blocks: list[dict[str, Any]]) -> set[str]:
    return {str(block.get("block_id")) for block in blocks}
