"""A Slack on this computer: the platform's rules, without an account."""

from slack_emulator.blockkit import check_message_blocks, check_view
from slack_emulator.errors import NotDelivered, SlackError, WorkspaceError
from slack_emulator.faults import Faults
from slack_emulator.models import Json, Prompts, Session
from slack_emulator.people.person import Person
from slack_emulator.platform.writing import Draft
from slack_emulator.slackbot import slackbot_request
from slack_emulator.state.clock import ManualClock
from slack_emulator.state.messages import Message
from slack_emulator.state.users import PersonKind
from slack_emulator.transport.http_sender import SignedRequest, signature_headers
from slack_emulator.workspace import LocalWorkspace

__all__ = [
    "Draft",
    "Faults",
    "Json",
    "LocalWorkspace",
    "ManualClock",
    "Message",
    "NotDelivered",
    "Person",
    "PersonKind",
    "Prompts",
    "Session",
    "SignedRequest",
    "SlackError",
    "WorkspaceError",
    "check_message_blocks",
    "check_view",
    "signature_headers",
    "slackbot_request",
]
