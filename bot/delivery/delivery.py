"""What shows answers to people; the one here shows nothing, because whoever asked waits."""

from __future__ import annotations

from bot.conversation.question import Question
from bot.delivery.help import Help
from bot.slack.messages import PUBLIC
from knowledge.answers.answer import Answer
from knowledge.answers.answerer import Tell


class Delivery:
    """Shows nothing: in the terminal, whoever asked waits for the result and prints it.

    Each method may raise `SlackRefused` where trying again cannot help, and `SlackUnavailable`
    where it may.
    """

    def begin(self, question: Question, audiences: frozenset[str] = PUBLIC) -> Tell | None:
        """What hears the sentences of an answer as they come; None where answers come whole.

        Args:
            audiences: those of everything that the answer may be put from.
        """
        return None

    def post(self, question: Question, answer: Answer, is_retry: bool) -> str:
        """Shows an answer; with `is_retry`, looks first whether it is shown already.

        Returns:
            The ts of the message that shows it; empty where only the asker sees it.

        Raises:
            Cancelled: whoever asked wants no answer any more.
        """
        return ""

    def cut_short(self, question: Question, is_retry: bool, keep: bool) -> tuple[str, str]:
        """Ends an answer that was begun: with a note, or without a trace where not to `keep`.

        Returns:
            The ts of the message and what it says; both empty where nothing was begun.
        """
        return "", ""

    def change(self, question: Question, ts: str, answer: Answer) -> str:
        """Shows another answer in the place of the one in message `ts`; returns its ts."""
        return ts

    def change_alone(self, question: Question, answer: Answer, url: str) -> None:
        """Shows the answer as it is now to its asker, who alone sees it and pressed in it.

        Args:
            url: of the press.
        """

    def help_for(self, question: Question) -> Help:
        """Who helps with a question, and how far that has come."""
        return Help()

    def remove(self, channel: str, ts: str) -> None:
        """Deletes a message."""

    def continues_after(self, question: Question, ts: str) -> bool:
        """Whether anything was said in the thread after the answer in message `ts`."""
        return False

    def close(self, channel: str, ts: str) -> None:
        """Ends a message that grows, with a note; a finished answer is left as it is."""

    def at_rest(self, channel: str, thread: str) -> None:
        """Shows that nothing is worked on in a conversation."""
