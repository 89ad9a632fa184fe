"""Reads a message: small talk, one question, or several, each ready to be searched."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from knowledge.answers.conversation import Turn, asks, is_follow_up, standalone
from knowledge.index.lexical import stems_of
from knowledge.index.sentences import sentences_of

# More questions in one message are named, not answered: nobody reads so many answers.
MOST_QUESTIONS = 4
# Up to this many words, a message with one question is searched as a whole: what surrounds the
# question says what it is about.
_SHORT_MESSAGE = 60
# What a person says before a question and belongs to it, in words at most.
_LONGEST_CONTEXT = 40
# A message of more words is never small talk.
_LONGEST_SMALL_TALK = 8

_MENTION = re.compile(r"<[@!#][^<>]*>")
_EMOJI = re.compile(r":[a-z0-9_+'-]+(?:::[a-z0-9_-]+)?:")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_GREETING = re.compile(
    r"^\s*(?:(?:hi|hello|hey|hallo|good (?:morning|afternoon|evening)|guten (?:tag|morgen))"
    r"(?: (?:all|team|there|everyone|uptake|zusammen))?\s*[,.!:–-]+\s*)+",
    re.IGNORECASE,
)
_SECOND_CLAUSE = re.compile(
    r",?\s+(?:and|und|et|y)\s+(?=(?:also\s+)?(?:what|which|who|whom|where|when|why|how|can|may|do|does|is|"
    r"are|should|was|welche\w*|wer|wo|wann|warum|wie|kann|darf)\b\s+\S+\s+\S+)",
    re.IGNORECASE,
)
_ASKS_SOMETHING = re.compile(
    r"^\W*(?:what|which|who|whom|where|when|why|how|can|could|may|do|does|did|is|are|should|will|"
    r"was|welche\w*|wer|wo|wann|warum|wie|kann|darf|tell me|explain|show me)\b",
    re.IGNORECASE,
)
_WANTED = re.compile(
    r"\b(?:tell me|explain|show me|help me|"
    r"i (?:need|want|would like|'d like) to (?:know|find out|learn)|"
    r"i wonder|wondering|my question|ich (?:möchte|würde gern\w*) wissen|meine frage)\b",
    re.IGNORECASE,
)


class Kind(StrEnum):
    """What a part of a message is."""

    QUESTION = "question"
    GREETING = "greeting"
    THANKS = "thanks"
    HELP = "help"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Request:
    """One thing that a message asks.

    Attributes:
        text: what is searched for a question; the message for anything else.
    """

    kind: Kind
    text: str

    @property
    def is_question(self) -> bool:
        """Whether it is searched and counted."""
        return self.kind is Kind.QUESTION


@dataclass(frozen=True)
class Message:
    """A message, understood.

    Attributes:
        requests: at least one; several only if all are questions.
        left_out: questions beyond `MOST_QUESTIONS`, in the person's words.
        attachments: names of attached files, none of which is read.
    """

    requests: tuple[Request, ...]
    left_out: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()

    @property
    def is_question(self) -> bool:
        """Whether it asks anything; small talk does not."""
        return self.requests[0].is_question


def understand(
    message: str, earlier: Sequence[Turn] = (), attachments: Sequence[str] = ()
) -> Message:
    """What a message asks, each question in a form that can be searched by itself.

    Args:
        earlier: the person's turns before it in the same thread, the oldest first.
        attachments: names of the files that came with it.
    """
    text = " ".join(_EMOJI.sub(" ", _MENTION.sub(" ", message)).split())
    kind = _small_talk(text, has_emoji=bool(_EMOJI.search(message)))
    if kind is not None:
        return Message((Request(kind, message.strip()),), attachments=tuple(attachments))
    asked = _questions(_EMOJI.sub(" ", _MENTION.sub(" ", message)))
    turns, found = list(earlier), []
    for question in asked:
        found.append(Request(Kind.QUESTION, standalone(question, turns)))
        turns.append(Turn(question))
    return Message(tuple(found[:MOST_QUESTIONS]), tuple(asked[MOST_QUESTIONS:]), tuple(attachments))


def _small_talk(text: str, has_emoji: bool) -> Kind | None:
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    if not words:
        return Kind.THANKS if has_emoji else Kind.NOTHING
    if len(words) > _LONGEST_SMALL_TALK:
        return None
    known = _vocabulary()
    without_greeting = " ".join(words if len(words) == 1 else _without(words, known["greeting"]))
    if " ".join(words) in known["help"] or without_greeting in known["help"]:
        return Kind.HELP
    if set(words) <= known["greeting"]:
        return Kind.GREETING
    polite = known["thanks"] | known["greeting"]
    if "?" not in text and set(words) <= polite and set(words) & known["telling"]:
        return Kind.THANKS
    return None


def _without(words: Sequence[str], leading: Iterable[str]) -> list[str]:
    begin = 0
    while begin < len(words) - 1 and words[begin] in leading:
        begin += 1
    return list(words[begin:])


@cache
def _vocabulary() -> dict[str, frozenset[str]]:
    table = tomllib.loads((files("knowledge.answers") / "small_talk.toml").read_text("utf-8"))
    return {
        "greeting": frozenset(table["greeting"]["words"].split()),
        "thanks": frozenset(table["thanks"]["words"].split()),
        "telling": frozenset(table["thanks"]["telling"].split()),
        "help": frozenset(table["help"]["phrases"]),
    }


def _questions(message: str) -> list[str]:
    """The questions of a message; the whole message where it asks one thing."""
    text = _GREETING.sub("", message).strip() or message.strip()
    sentences = [sentence.text for sentence in sentences_of(text)]
    asking = [number for number, each in enumerate(sentences) if _is_question(each)]
    if len(asking) <= 1 and len(text.split()) <= _SHORT_MESSAGE:
        return _clauses(" ".join(text.split()))
    if not asking:
        asking = [_most_wanted(sentences)]
    questions: list[str] = []
    for place, number in enumerate(asking):
        before = sentences[asking[place - 1] + 1 if place else 0 : number]
        question = " ".join(sentences[number].split())
        if _brings_nothing(question) and place and not before and questions:
            questions[-1] = f"{questions[-1]} {question}"
        else:
            questions += _clauses(f"{_context(before, question)} {question}".strip())
    return questions


def _is_question(sentence: str) -> bool:
    return sentence.rstrip("\"'”’)] ").endswith("?") or asks(sentence)


def _most_wanted(sentences: Sequence[str]) -> int:
    """The sentence of a message without a question mark that says what its writer wants."""
    wanted = [number for number, each in enumerate(sentences) if _WANTED.search(each)]
    return wanted[-1] if wanted else len(sentences) - 1


def _brings_nothing(question: str) -> bool:
    """Whether a question has no topic of its own, like "Why?"."""
    return len(stems_of(question)) < 1


def _context(before: Sequence[str], question: str) -> str:
    """The sentences right before a question that say what it is about, if they are short."""
    kept: list[str] = []
    for sentence in reversed(before):
        words = sum(len(each.split()) for each in (*kept, sentence))
        if words > _LONGEST_CONTEXT or len(stems_of(question)) >= _LONGEST_CONTEXT // 4:
            break
        kept.insert(0, " ".join(sentence.split()))
        if len(kept) == 2:
            break
    return " ".join(kept)


def _clauses(question: str) -> list[str]:
    """Two questions that "and" joins, apart; each has to bring words of its own."""
    for match in _SECOND_CLAUSE.finditer(question):
        first, second = question[: match.start()], question[match.end() :]
        if _ASKS_SOMETHING.match(first) and _own_words(first) and _own_words(second):
            return [f"{first.rstrip(' ,?')}?", *_clauses(second[:1].upper() + second[1:])]
    return [question]


def _own_words(clause: str) -> bool:
    return bool(stems_of(clause))


def stands_alone(text: str) -> bool:
    """Whether a message asks one thing, in words that need no thread."""
    message = understand(text)
    return message.is_question and len(message.requests) == 1 and not is_follow_up(text)
