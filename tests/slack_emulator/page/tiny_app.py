"""A small Bolt app that uses every surface of the page, for tests without the real assistant."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.slack_emulator.page.gallery import FEEDBACK, mrkdwn, option, plain
from tests.support.slack_apps import hang_up

Json = dict[str, Any]

PIECES = ("A **good prompt** ", "says what you want, ", "for whom, and in which form.")
ANSWER = "".join(PIECES)
TOOLS = ("Notes", "Mail", "Maps")
REASON = {
    "type": "modal",
    "callback_id": "reason",
    "title": plain("What was wrong?"),
    "submit": plain("Send"),
    "close": plain("Cancel"),
    "blocks": [
        {
            "type": "input",
            "block_id": "kind",
            "label": plain("Reason"),
            "element": {
                "type": "static_select",
                "action_id": "kind",
                "placeholder": plain("Pick one"),
                "options": [option("Out of date", "old"), option("Not what I asked", "other")],
            },
        },
        {
            "type": "input",
            "block_id": "words",
            "label": plain("In your words"),
            "hint": plain("At least five characters"),
            "element": {
                "type": "plain_text_input",
                "action_id": "words",
                "multiline": True,
                "min_length": 5,
                "max_length": 100,
            },
        },
        {
            "type": "input",
            "block_id": "tool",
            "label": plain("Which tool?"),
            "optional": True,
            "element": {
                "type": "external_select",
                "action_id": "tool",
                "placeholder": plain("Find a tool"),
                "min_query_length": 0,
            },
        },
    ],
}


def answer_blocks(text: str) -> list[Json]:
    """Give the blocks that end an answer: sources, thumbs and a way to a person."""
    return [
        {"type": "context", "elements": [mrkdwn("[1] <https://example.com/guide|Prompt guide>")]},
        {"type": "context_actions", "block_id": "thumbs", "elements": [FEEDBACK]},
        {
            "type": "actions",
            "block_id": "ways",
            "elements": [
                {
                    "type": "button",
                    "action_id": "person",
                    "text": plain("Ask a person"),
                    "confirm": {
                        "title": plain("Ask a person?"),
                        "text": plain("Your champion gets a message."),
                        "confirm": plain("Ask"),
                        "deny": plain("Not now"),
                    },
                }
            ],
        },
    ]


class TinyApp:
    """The app and what it was told, for the tests to look at.

    Attributes:
        submitted: The state values of every submitted form.
        go_on: Set while the app may finish its answers; clear it to hold one in the middle.
        cut_short: Set once an answer could not be finished, since somebody had pressed stop.
    """

    def __init__(self, api: str, token: str) -> None:
        """Take the address of the Web API and the bot token."""
        self.submitted: list[Json] = []
        self.stopped: list[Json] = []
        self.go_on = threading.Event()
        self.go_on.set()
        self.cut_short = threading.Event()
        self.app = App(client=WebClient(token=token, base_url=api))
        self._listen()

    def _listen(self) -> None:
        app = self.app
        app.event("app_mention")(self._asked)
        app.event("message")(self._written)
        app.event("app_home_opened")(self._opened)
        app.event("agent_session_stopped")(self._stopped)
        app.event("reaction_added")(lambda: None)
        app.action("thumbs")(self._thumb)
        app.action("person")(self._person)
        app.action("again")(self._again)
        app.options("tool")(self._tools)
        app.view("reason")(self._reason)
        app.command("/tiny")(self._command)
        app.shortcut("tiny_form")(self._form)
        app.shortcut("tiny_save")(self._form)

    def _asked(self, event: Json, client: WebClient) -> None:
        self._answer(event, client)

    def _written(self, event: Json, client: WebClient) -> None:
        if event.get("channel_type") == "im" and not event.get("subtype"):
            self._answer(event, client)

    def _answer(self, event: Json, client: WebClient) -> None:
        channel, thread = event["channel"], event.get("thread_ts") or event["ts"]
        where = {"channel_id": channel, "thread_ts": thread}
        client.agents_sessions_setStatus(**where, status="processing", title="Good prompts")
        stream = client.chat_stream(
            channel=channel,
            thread_ts=thread,
            recipient_user_id=event["user"],
            recipient_team_id=event.get("team") or client.auth_test()["team_id"],
            buffer_size=1,
        )
        stream.append(markdown_text=PIECES[0])
        self.go_on.wait(20)
        try:
            for piece in PIECES[1:]:
                stream.append(markdown_text=piece)
            stream.stop(blocks=answer_blocks(ANSWER))
        except SlackApiError as error:
            # Slack ends what grows when somebody presses stop.
            if error.response["error"] != "message_not_in_streaming_state":
                raise
            self.cut_short.set()
            return
        client.agents_sessions_setStatus(**where, status="active")

    def _opened(self, event: Json, client: WebClient) -> None:
        if event.get("tab") == "home":
            client.views_publish(user_id=event["user"], view=self._home("Not pressed yet"))

    @staticmethod
    def _home(words: str) -> Json:
        again = {"type": "button", "action_id": "again", "text": plain("Press"), "value": "1"}
        blocks = [
            {"type": "header", "text": plain("Your week")},
            {"type": "section", "block_id": "week", "text": mrkdwn(words), "accessory": again},
        ]
        return {"type": "home", "blocks": blocks}

    def _again(self, ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.views_publish(user_id=body["user"]["id"], view=self._home("*Pressed*"))

    def _thumb(self, ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        if body["actions"][0]["value"] == "bad":
            client.views_open(trigger_id=body["trigger_id"], view=REASON)

    def _person(self, ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.chat_postEphemeral(
            channel=body["channel"]["id"],
            user=body["user"]["id"],
            thread_ts=body["message"].get("thread_ts"),
            text="Your champion was asked.",
        )

    def _tools(self, ack: Ack, body: Json) -> None:
        wanted = body["value"].lower()
        ack(options=[option(tool, tool.lower()) for tool in TOOLS if wanted in tool.lower()])

    def _reason(self, ack: Ack, body: Json) -> None:
        values = body["view"]["state"]["values"]
        if values["words"]["words"]["value"] == "nonsense":
            ack(response_action="errors", errors={"words": "Please say it in a sentence."})
            return
        ack()
        self.submitted.append(values)

    def _command(self, ack: Ack, command: Json, respond: Any) -> None:
        ack()
        respond(f"You wrote: {command['text']}")

    def _form(self, ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=REASON)

    def _stopped(self, event: Json, client: WebClient) -> None:
        self.stopped.append(event)
        channel, thread = event["channel"], event["thread_ts"]
        client.agents_sessions_setStatus(channel_id=channel, thread_ts=thread, status="active")
        client.chat_postMessage(channel=channel, thread_ts=thread, text="I stopped.")


@contextmanager
def tiny_app(api: str, bot_token: str, app_token: str) -> Iterator[TinyApp]:
    """Run the app over Socket Mode against a workspace; ends when the context does."""
    tiny = TinyApp(api, bot_token)
    handler = SocketModeHandler(tiny.app, app_token, web_client=tiny.app.client)
    handler.connect()
    try:
        yield tiny
    finally:
        tiny.go_on.set()
        hang_up(handler.client)
