"""`log_override`, `log_feedback` and `log_use`: what became of an AI tool's advice.

Each is switched on by an admin. What is logged is the caller's own; no argument names a person.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from adoption.feedback.models import OverrideReason, Weight
from adoption.usage.facts import Usage, UsageStore
from adoption.usage.models import Event
from bot.api.mcp_settings import WriteTool
from bot.features.feedback.jobs import CommentGiven, store_comment
from bot.features.overrides.jobs import Overridden, add_override
from bot.features.overrides.vocabulary import read_vocabulary
from bot.mcp.caller import Right
from bot.mcp.tool import Arguments, Call, CallRefused, Result, Tool
from bot.slack.blocks import LONGEST_TEXT
from bot.texts import texts

_LONGEST_TOOL = 255

ToolName = Annotated[
    str,
    Field(min_length=1, max_length=_LONGEST_TOOL, description="The AI tool, by its name."),
]
Words = Annotated[str | None, Field(max_length=LONGEST_TEXT)]


class OverrideLogged(Arguments):
    """An override of a recommendation."""

    tool: ToolName
    reason: Annotated[
        str,
        Field(
            max_length=130,
            description="Why, as `code` or `code/detail`; the codes of the first level are: "
            + ", ".join(OverrideReason),
        ),
    ]
    recommended: Annotated[Words, Field(description="What the tool recommended.")] = None
    did_instead: Annotated[Words, Field(description="What the person did instead.")] = None
    weight: Annotated[
        Literal["low", "medium", "high"], Field(description="How much it mattered.")
    ] = "medium"


class FeedbackLogged(Arguments):
    """What the person thinks of a tool, or of the programme."""

    text: Annotated[
        str, Field(min_length=1, max_length=LONGEST_TEXT, description="In the person's own words.")
    ]
    tool: Annotated[
        str | None,
        Field(max_length=_LONGEST_TOOL, description="The AI tool; nothing for the programme."),
    ] = None


class UseLogged(Arguments):
    """What became of an AI tool's recommendation."""

    tool: ToolName
    event: Annotated[
        Literal["shown", "accepted", "edited", "overridden", "ignored"],
        Field(description="What became of the recommendation."),
    ]
    count: Annotated[int, Field(ge=1, le=1000, description="How often, today.")] = 1
    id: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=100,
            description="Your own id of this report; sent again, it is corrected, not added.",
        ),
    ] = None


class Logged(Result):
    """That something is logged, and what happens with it."""

    logged: bool
    says: str


def log_override(call: Call, given: OverrideLogged) -> Logged:
    """Logs an override of the caller's, by the job that Slack's dialog uses."""
    container, say = call.container, texts("mcp")
    vocabulary = read_vocabulary(container.settings.override_reasons)
    first, _, second = given.reason.partition("/")
    level = next((each for each in vocabulary.levels if each.reason == first.strip()), None)
    detail = second.strip() or (next(iter(level.details)) if level else "")
    if level is None or detail not in level.details:
        known = ", ".join(f"{each.reason}/{d}" for each in vocabulary.levels for d in each.details)
        raise CallRefused(say["unknown_reason"].format(known=known))
    override = Overridden(
        account=call.caller.account,
        tool=given.tool,
        reason=level.reason,
        detail=detail,
        weight=Weight(given.weight),
        recommended=given.recommended or None,
        did_instead=given.did_instead or None,
        text=None,
        named=False,
        consent=False,
    )
    container.jobs.enqueue(add_override, override, key=call.id)
    return Logged(logged=True, says=say["override_logged"])


def log_feedback(call: Call, given: FeedbackLogged) -> Logged:
    """Logs feedback of the caller's, without their name."""
    comment = CommentGiven(call.caller.account, given.text, given.tool or None, named=False)
    call.container.jobs.enqueue(store_comment, comment, key=call.id)
    return Logged(logged=True, says=texts("mcp")["feedback_logged"])


def log_use(call: Call, given: UseLogged) -> Logged:
    """Logs use of a tool: the caller's, or with a tool's own token that tool's."""
    caller, container = call.caller, call.container
    if caller.tool and caller.tool != given.tool:
        raise CallRefused(texts("mcp")["other_tool"].format(tool=caller.tool))
    if not caller.is_person and not caller.tool:
        raise CallRefused(texts("mcp")["no_person"])
    whose = caller.account or caller.tool
    usage = Usage(
        source="mcp",
        tool=given.tool,
        day=container.now().astimezone(container.settings.zone).date(),
        event=Event(given.event),
        count=given.count,
        person=caller.account or None,
        # Ids are the caller's own: nobody corrects what somebody else reported.
        id=f"{whose}:{given.id or call.id}",
    )
    UsageStore(container.engine).store([usage], container.now())
    return Logged(logged=True, says=texts("mcp")["use_logged"])


LOG_OVERRIDE = Tool(
    name=WriteTool.LOG_OVERRIDE.value,
    takes=OverrideLogged,
    gives=Logged,
    run=log_override,
    right=Right.WRITE,
)
LOG_FEEDBACK = Tool(
    name=WriteTool.LOG_FEEDBACK.value,
    takes=FeedbackLogged,
    gives=Logged,
    run=log_feedback,
    right=Right.WRITE,
)
LOG_USE = Tool(
    name=WriteTool.LOG_USE.value,
    takes=UseLogged,
    gives=Logged,
    run=log_use,
    right=Right.WRITE,
    for_people=False,
)
WRITE_TOOLS = (LOG_OVERRIDE, LOG_FEEDBACK, LOG_USE)
