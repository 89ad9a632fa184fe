"""Replies to messages that ask nothing, and says what of a message was not read."""

from __future__ import annotations

from bot.texts import texts
from knowledge.answers.answer import Answer
from knowledge.answers.requests import Kind, Message
from knowledge.retrieval.confidence import Confidence


def reply_to(message: Message) -> Answer:
    """What is said to a message without a question."""
    say, request = texts("answering"), message.requests[0]
    name = request.kind.value
    if request.kind is Kind.NOTHING:
        name = "nothing" if request.text else "help"
    note = ""
    if message.attachments:
        name, note = ("only_files", "") if name in ("nothing", "help") else (name, say["unread"])
    return Answer(request.text, Confidence.ABSTAINED, say[name], note=note, is_small_talk=True)


def note_on(message: Message) -> str:
    """What of a message with questions was not read or answered; empty where there is nothing."""
    say, notes = texts("answering"), []
    if message.attachments:
        notes.append(say["unread"])
    if message.left_out:
        left = " ".join(f"“{question}”" for question in message.left_out)
        notes.append(say["left_out"].format(answered=len(message.requests), left=left))
    return " ".join(notes)
