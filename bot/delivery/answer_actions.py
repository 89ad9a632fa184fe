"""The buttons under an answer: a person, the sources that have no link, and the menu."""

from __future__ import annotations

from slack_sdk.models.blocks import ActionsBlock, ButtonElement, OverflowMenuElement

from bot.delivery.help import Help
from bot.slack.blocks import actions, button, confirmation, option
from bot.texts import texts
from knowledge.answers.answer import Answer, Citation
from knowledge.retrieval.confidence import Confidence

ASK_PERSON = "ask_person"
# The menu; the values of its options begin with what they do.
ANSWER_MENU, OVERRIDE, FEEDBACK = "answer_menu", "override:", "feedback:"
# Opens a section; the value is its passage, and the question. Of several beside each other, each
# has its place at the end of its id, as Slack takes no id twice.
READ_SECTION = "section_read"
_MOST_READ = 3


def answer_actions(answer: Answer, question_id: str, help: Help) -> ActionsBlock:
    """What can be done with an answer; a person comes first where there is none for sure."""
    is_sure = answer.outcome is Confidence.ANSWERED
    elements = [ask_button(question_id, help, is_main=not is_sure), *_reading(answer, question_id)]
    return actions(*elements, *([_menu(question_id)] if is_answered(answer) else []))


def is_answered(answer: Answer) -> bool:
    """Whether anything was recommended, which can be rated and overridden."""
    return bool(answer.citations) and any(
        part.outcome is Confidence.ANSWERED for part in answer.each
    )


def ask_button(question_id: str, help: Help, is_main: bool = False) -> ButtonElement:
    """Asks a person; once somebody was asked, it says how far that has come."""
    say = texts("delivery")
    if help.state:
        return button(help.state, ASK_PERSON, question_id)
    sure = confirmation(say["confirm_title"], say["confirm"], say["confirm_yes"], say["confirm_no"])
    to_channel = say["ask_where"].format(where=help.channel)
    label = to_channel if is_main and help.channel else say["ask"]
    return button(label, ASK_PERSON, question_id, "primary" if is_main else "", confirm=sure)


def is_linked(citation: Citation) -> bool:
    """Whether the guide can be opened by a link."""
    return citation.link.startswith(("https://", "http://"))


def _reading(answer: Answer, question_id: str) -> list[ButtonElement]:
    """Buttons for the sources that have no link; sections that may help have their own."""
    say = texts("delivery")
    sure = [part for part in answer.each if part.outcome is Confidence.ANSWERED]
    sources = [each for part in sure for each in part.citations if not is_linked(each)]
    labels = [say["read_source"]]
    if len(sources) > 1:
        labels = [say["read_numbered"].format(number=each.number) for each in sources]
    return [
        button(label, f"{READ_SECTION}_{position}", _section(each, question_id))
        for position, (label, each) in enumerate(zip(labels[:_MOST_READ], sources, strict=False), 1)
    ]


def _section(citation: Citation, question_id: str) -> str:
    return f"{citation.passage_id}|{question_id}"


def _menu(question_id: str) -> OverflowMenuElement:
    say = texts("delivery")
    return OverflowMenuElement(
        action_id=ANSWER_MENU,
        options=[
            option(say["override"], f"{OVERRIDE}{question_id}"),
            option(say["feedback"], FEEDBACK),
        ],
    )
