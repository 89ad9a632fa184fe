"""`ask`: a question to the guides, answered and logged as in Slack."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from adoption.guides.decisions import guide_id
from bot.answering.jobs import answer_now
from bot.answering.question_edits import enqueue_stop
from bot.container import Container
from bot.conversation.question import Ended, Question, Stop
from bot.jobs.runtime import JobFailed
from bot.mcp.tool import Arguments, Call, CallRefused, Result, Tool
from bot.texts import texts
from knowledge.answers.answer import Answer, Citation
from knowledge.answers.answerer import LONGEST_QUESTION
from knowledge.retrieval.confidence import Confidence

# Stands for the channel of questions that AI tools ask.
CHANNEL = "mcp"
SMALL_TALK = "small talk"


class Asked(Arguments):
    """The question."""

    question: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LONGEST_QUESTION,
            description="The question in the person's words, in English.",
        ),
    ]


class Source(Result):
    """A numbered source; `[1]` in the text stands for the first. `guide` is for get_guide."""

    number: int
    guide: str
    title: str
    heading: str
    quote: str
    link: str
    reviewed: str
    warning: str


class Part(Result):
    """The answer to one question of several."""

    question: str
    outcome: str
    text: str
    sources: tuple[Source, ...]


class Answered(Result):
    """The answer, how it ended, and what it rests on."""

    outcome: str = Field(
        description="answered, unsure (the sections may help), abstained (the guides don't say), "
        "failed, stopped, or small talk."
    )
    text: str
    note: str = Field(description="Say this to the person beside the answer; empty for nothing.")
    sources: tuple[Source, ...]
    parts: tuple[Part, ...] = Field(description="One for each question, where there were several.")
    index_version: str
    model: str = Field(description="The language model that wrote it; empty for quoted sections.")


def ask(call: Call, asked: Asked) -> Answered:
    """Answers a question in the caller's name, by the job that answers in Slack."""
    try:
        ended = answer_now(call.container, _question(call, asked.question))
    except JobFailed:
        raise CallRefused(texts("mcp")["failed"]) from None
    return _answered(call.container, ended)


def stop(call: Call) -> None:
    """Ends a question that nobody waits for any more."""
    at = call.container.clock()
    enqueue_stop(call.container, Stop(CHANNEL, call.id, call.caller.account, (), at))


def _question(call: Call, text: str) -> Question:
    return Question(
        id=call.id,
        account=call.caller.account,
        surface=call.caller.surface,
        channel=CHANNEL,
        thread=call.id,
        text=text,
        asked_at=call.at,
        client=call.caller.client,
    )


def _answered(container: Container, ended: Ended) -> Answered:
    answer = ended.answer
    outcome = SMALL_TALK if answer.is_small_talk else ended.outcome.value
    notes = (answer.note, _note(container, answer))
    return Answered(
        outcome=outcome,
        text=answer.text,
        note=" ".join(filter(None, notes)),
        sources=_sources(answer),
        parts=tuple(
            Part(question=p.question, outcome=p.outcome.value, text=p.text, sources=_sources(p))
            for p in answer.parts
        ),
        index_version=answer.index_version,
        model=answer.model or "",
    )


def _note(container: Container, answer: Answer) -> str:
    """What to do where the answer is not sure, or there is none."""
    say = texts("mcp")
    if answer.is_small_talk:
        return say["small_talk"]
    if answer.outcome is Confidence.UNSURE:
        return say["unsure"]
    if answer.outcome is not Confidence.ABSTAINED:
        return ""
    where = container.settings.help_channel
    name = container.slack.name_of(where) if where else ""
    return say["abstained_in"].format(channel=name.lstrip("#")) if name else say["abstained"]


def _sources(answer: Answer) -> tuple[Source, ...]:
    return tuple(map(_source, answer.citations))


def _source(citation: Citation) -> Source:
    return Source(
        number=citation.number,
        guide=guide_id(citation.source),
        title=citation.title,
        heading=citation.heading,
        quote=citation.quote,
        link=citation.link,
        reviewed=citation.reviewed,
        warning=citation.warning,
    )


ASK = Tool(
    name="ask",
    takes=Asked,
    gives=Answered,
    run=ask,
    for_guests=True,
    cancel=stop,
)
