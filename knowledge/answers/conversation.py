"""Puts a short follow-up in full: "and for contractors?" becomes a question of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.index.lexical import stems_of

# A message with more words of its own stands by itself, even if it begins with "and".
_SHORT = 8
_MOST_CARRIED = 12
# Earlier turns that a topic can come from; further back, people have moved on.
TURNS = 5

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_JOINING = re.compile(
    r"^(?:(?:and|or|but|also|so|ok(?:ay)?|yes|no|thanks|thank you|great|hm+)\b[\s,.:;!-]*)+",
    re.I,
)
_WHAT_ABOUT = re.compile(
    r"^(?:(?:what|how) about|what if|what of|(?:the )?same (?:for|with|in)|and)\b[\s,]*", re.I
)
_LED_BY_PREPOSITION = re.compile(
    r"^(?:for|in|on|at|with|without|from|by|during|after|before|outside|inside|under|as|via|any|some)\b",
    re.I,
)
_POINTING = re.compile(
    r"\b(?:it|its|they|them|their|these|those|this|that|there|ones?|same|he|she|him|his|hers?)\b",
    re.I,
)
_EMPTY_IT = re.compile(
    r"\b(?:is|was|will|would|does|should|can|could|might|isn['’]t)\s+(?:it|there)\s+(?:be\s+|also\s+)?"
    r"(?:ok(?:ay)?|allowed|possible|safe|true|better|necessary|worth|mandatory|fine|legal|take|"
    r"make sense|normal|any|an?|someone|anyone|somebody|anybody|important|required|good|bad|hard|"
    r"help|matter)\b.*\b(?:to|that|if|when|who|which|for|in|about|on)\b|\bthere(?:'s|\s+(?:is|are))\b|"
    r"\bit\s+(?:team|department|desk|support|helpdesk|security)\b|\bis\s+there\b|\bare\s+there\b",
    re.I,
)
# "that" that joins a clause, and "this week" that says when.
_JOINED = re.compile(
    r"\b(?!(?:is|was|about|do|does|did|with|for|of|like|to|why|how|mean|after|before|use|on|in|from|"
    r"than|and|but|what|if|at|by|can|cannot|not|are|has|will)\b)[a-z'’]{2,}\s+that\s+(?!one)\w|"
    r"\b(?:this|these|those|that)\s+(?:week|month|year|quarter|morning|afternoon|channel|bot|workspace|"
    r"app|company|assistant|kind|sort|type|time|way)s?\b|\bsame time\b",
    re.I,
)
_QUESTION = re.compile(
    r"\b(?:what|which|who|whom|whose|when|where|why|how|do|does|did|can|could|should|would|may|"
    r"might|is|are|was|were|will|must|have|has|am|tell|explain|show|give|list|help|describe)\b",
    re.I,
)
_BEGINS_AS_QUESTION = re.compile(
    r"^(?:(?:and|but|so|also|ok(?:ay)?|please|hi|hello|hey)\b[\s,]*)*(?:what|which|who|whom|whose|when|"
    r"where|why|how|do|does|did|can|could|should|would|may|might|is|are|was|were|will|must|am|"
    r"tell me|explain|show me|give me|list|help me|describe)\b",
    re.I,
)
_STATEMENT = re.compile(r"^(?:that|this|it|i|we|they)\b", re.IGNORECASE)
_SOCIAL = frozenset(
    (
        "thanks thank thx ta cheers hello hi hey good great cool perfect nice ok okay bye morning "
        "afternoon evening day works worked understood awesome super lovely yes no sure welcome "
        "much lot helpful well done got"
    ).split()
)
# Words that ask for more of the same, and bring no topic of their own.
_GENERIC = frozenset(
    stem
    for word in (
        "go goes "
        "get use work need take long cost mean example more detail details explain explanation "
        "reason else other another many much often soon find see say tell give show know make "
        "thing way happen exactly again elaborate sure expand bit further specific step steps "
        "concrete short shorter simple simpler simply clarify first second third next last point "
        "part difference different apply count start begin free possible allowed allow change help "
        "expensive fast safe quick quickly fine wrong right"
    ).split()
    for stem in stems_of(word)
)

# Words that point back or link others, and are about nothing by themselves.
_LINKING = frozenset(
    (
        "it them those these one ones same he she him his her hers their its some about without "
        "from during after before outside inside under via while were must really too also just so"
    ).split()
)


@dataclass(frozen=True)
class Turn:
    """Something that a person asked earlier in a conversation."""

    question: str


def standalone(question: str, earlier: Sequence[Turn]) -> str:
    """The question, put in full with what it takes from the last one if it is a follow-up.

    Args:
        earlier: the person's turns before it, the oldest first.
    """
    topic = ""
    for turn in earlier[-TURNS:]:
        if not _is_social(turn.question):
            topic = _in_full(turn.question, topic)
    return _in_full(question, topic)


def is_follow_up(message: str) -> bool:
    """Whether a message needs the one before it to be understood."""
    text = " ".join(message.split())
    bare = _JOINING.sub("", text)
    own = _own(bare)
    if _is_social(text) or not _words(text):
        return False
    if _is_about(text, bare) or _is_elliptic(text, bare, own):
        return True
    return asks(text) and _points_back(bare)


def topic_of(message: str) -> set[str]:
    """The stems of the words that bring a message a topic of its own; none for "an example?"."""
    said = _JOINING.sub("", " ".join(message.split()))
    return {stem for word in _own(said) if word.lower() not in _LINKING for stem in stems_of(word)}


def asks(message: str) -> bool:
    """Whether a message wants an answer: it has a question mark, or begins as questions do."""
    text = " ".join(message.split())
    if not any(character.isalnum() for character in text) or _is_social(text):
        return False
    return "?" in text or bool(_BEGINS_AS_QUESTION.match(text) or _WHAT_ABOUT.match(text))


def _in_full(question: str, topic: str) -> str:
    if not topic or not is_follow_up(question):
        return question
    said = _WHAT_ABOUT.sub("", _JOINING.sub("", " ".join(question.split()))).strip(" ,.;:!")
    if _is_name(said) and (swapped := _with_name(topic, said)) is not None:
        return swapped
    if _QUESTION.search(said):
        return f"{said.rstrip('?. ')} – {' '.join(_carried(topic, said))}?"
    # What is new comes first: it is what the answer has to be about.
    return f"{said.rstrip('?. ')}? {topic}" if said else topic


def _is_about(text: str, bare: str) -> bool:
    """Short, and begins like "what about …" or "and …" without a question of its own."""
    if len(_words(text)) > _SHORT:
        return False
    begins = _WHAT_ABOUT.match(bare) or _WHAT_ABOUT.match(text)
    if begins is None:
        return False
    if begins[0].lower().startswith(("what", "how about", "the same", "same")):
        return True
    return not _QUESTION.search(bare) or text.lower().startswith("and if")


def _is_elliptic(text: str, bare: str, own: Sequence[str]) -> bool:
    """Short, and without a topic of its own, or a mere "for …?"."""
    words = _words(bare)
    if len(words) > _SHORT:
        return False
    if _LED_BY_PREPOSITION.match(bare) and not _QUESTION.search(bare):
        return True
    asked = text.endswith("?") or bool(_BEGINS_AS_QUESTION.match(text))
    if not own:
        return asked or (bool(stems_of(bare)) and not _STATEMENT.match(bare))
    return len(words) == 1 and text.endswith("?")


def _points_back(bare: str) -> bool:
    """Whether a pronoun stands for something that the message does not name."""
    text = _JOINED.sub(lambda match: "_" * len(match[0]), bare)
    if _EMPTY_IT.search(text):
        return False
    pronoun = _POINTING.search(text)
    # What it stands for may be in the message itself, before it.
    if pronoun is None:
        return False
    named = len(_own(text[: pronoun.start()]))
    return named < (1 if pronoun[0].lower() in ("its", "their") else 2)


def _own(text: str) -> list[str]:
    """The words that bring a topic of their own."""
    return [word for word in _words(text) if set(stems_of(word)) - _GENERIC]


def _carried(topic: str, said: str) -> list[str]:
    """The significant words of the last question that the new one lacks."""
    there = set(stems_of(said))
    telling = [word for word in _words(topic) if stems_of(word)]
    return [word for word in telling if there.isdisjoint(stems_of(word))][:_MOST_CARRIED]


def _is_name(said: str) -> bool:
    words = _words(said)
    return 0 < len(words) <= 2 and all(word[:1].isupper() for word in words)


def _with_name(topic: str, name: str) -> str | None:
    """The last question with its last name exchanged; None if it has no single name."""
    names = [
        match
        for match in list(_WORD.finditer(topic))[1:]
        if match[0][:1].isupper() and match[0] != "I"
    ]
    if len(names) != 1:
        return None
    return topic[: names[0].start()] + name.rstrip("?") + topic[names[0].end() :]


def _is_social(text: str) -> bool:
    """Thanks, greetings and the like, with nothing asked."""
    telling = [word.lower() for word in _words(text)]
    carrying = [word for word in telling if stems_of(word)]
    if "?" in text and _words(_JOINING.sub("", text)):
        return False
    return (
        bool(telling)
        and all(word in _SOCIAL for word in carrying)
        and (bool(set(telling) & _SOCIAL))
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(text)
