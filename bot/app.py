"""The composition root: builds every object from the settings and hands it on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from adoption.db.connections import server_engine
from adoption.record import Record
from bot.answering.facts import KnownFacts
from bot.answering.language_model import model_of
from bot.answering.lessons import learner_of
from bot.container import Container
from bot.conversation.conversation import Conversation
from bot.data_folder import make_data_dir
from bot.delivery.cancellation import cancel_reason_of
from bot.delivery.delivery import Delivery
from bot.delivery.ephemeral_delivery import EphemeralDelivery
from bot.delivery.help import HelpDesk, helper_in
from bot.errors import SettingsWrong, SlackUnreachable
from bot.features import (
    all_facts,
    all_home_parts,
    all_jobs,
    all_on_answered,
    next_sessions_of,
    register_listeners,
)
from bot.features.home.drawing import refresh_home
from bot.guides.statistics import GuideStatistics
from bot.guides.sync import GuideSync
from bot.jobs.arrivals import Arrivals
from bot.jobs.engine import Pace
from bot.jobs.group_commit import flush
from bot.jobs.runtime import JobRuntime
from bot.observability.question_metrics import Observer
from bot.settings import Settings
from bot.slack.admission import Admission
from bot.slack.gateway import SlackGateway
from bot.slack.identity import Admins
from bot.slack.listener_errors import answer_for_slack, not_saved
from bot.slack.payloads import cleaned
from bot.slack.receiving.missed import Attendance
from bot.visibility import Visibility
from knowledge.answers.answerer import Answerer
from knowledge.answers.compose import ModelComposer
from knowledge.answers.follow_ups import FollowUps
from knowledge.encoding.encoder import Encoder
from knowledge.guides.reviews import Reviews
from knowledge.index.index import Index
from knowledge.retrieval.reranker import Reranker
from knowledge.retrieval.rewriting import Rewriter

log = logging.getLogger(__name__)


def build(
    settings: Settings,
    model_watchers: Sequence[BaseCallbackHandler] = (),
    clock: Callable[[], float] = time.time,
    encoder: Encoder | None = None,
) -> Container:
    """The objects of one process; the encoder begins to load in the background.

    Args:
        model_watchers: hear of every request to the language model.
        encoder: the embedding model of the settings, where this process has it already.

    Raises:
        UptakeError: the record, the index or the language model cannot be set up.
    """
    make_data_dir(settings)
    encoder = encoder or Encoder(settings.embedding_model)
    index = open_index(settings, encoder)
    record = Record.open(settings.record_url)
    model = model_of(settings, record, model_watchers)
    composer = ModelComposer(model) if model else None
    answerer = Answerer(
        index,
        composer,
        Reviews(settings.review_after),
        reranker_of(settings, start=True),
        Rewriter.of(settings.synonyms),
        learner_of(settings, index, record),
        settings.answer_from,
    )
    guides = GuideStatistics(
        index, record, Reviews(settings.review_after, lambda: _day_of(clock()))
    )
    slack, admins, visibility = _workspace(settings, record, guides, clock)
    return Container(
        settings=settings,
        clock=clock,
        record=record,
        index=index,
        answerer=answerer,
        facts=KnownFacts(all_facts(settings), encoder),
        conversation=Conversation(record.threads, FollowUps(model)),
        delivery=Delivery(),
        observer=Observer(),
        on_answered=all_on_answered(settings),
        home_parts=all_home_parts(settings),
        next_sessions=next_sessions_of(settings),
        slack=slack,
        admins=admins,
        visibility=visibility,
        guides=guides,
        sync=GuideSync(settings, index, record, lambda: datetime.fromtimestamp(clock(), UTC)),
        jobs=JobRuntime(all_jobs(), clock),
        refresh_home=refresh_home,
    )


def _day_of(seconds: float) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()


def in_workspace(
    container: Container, settings: Settings, limited: Callable[[], None] = lambda: None
) -> Container:
    """The same container at work in the Slack workspace of some settings.

    Args:
        limited: called whenever Slack limits the rate.

    Raises:
        SettingsWrong: there is no bot token.
    """
    check_bot_token(settings)
    record, guides = container.record, container.guides
    slack, admins, visibility = _workspace(settings, record, guides, container.clock, limited)
    helper_of = partial(helper_in, record.channel_rules, settings.help_channel)
    delivery = EphemeralDelivery(
        slack,
        record.channel_rules.get,
        HelpDesk(slack, helper_of, record.handoffs.get).of,
        partial(cancel_reason_of, container.jobs),
    )
    return replace(
        container,
        settings=settings,
        slack=slack,
        delivery=delivery,
        admins=admins,
        visibility=visibility,
    )


def _workspace(
    settings: Settings,
    record: Record,
    guides: GuideStatistics,
    clock: Callable[[], float],
    limited: Callable[[], None] = lambda: None,
) -> tuple[SlackGateway, Admins, Visibility]:
    """The gateway to Slack, and who decides what it may show."""
    client = _web_client(settings)
    # Who somebody is, is asked without sending any text.
    asking = SlackGateway(client, limited)
    admins = Admins(asking, settings.admins, clock, settings.admin_channel)
    roles = record.roles

    def is_champion(account: str) -> bool:
        return roles.champion(account) is not None

    visibility = Visibility(admins, is_champion, asking, guides.audiences)
    return SlackGateway(client, limited, visibility.may_be_shown), admins, visibility


def slack_gateway(settings: Settings) -> SlackGateway:
    """The gateway to Slack of these settings, for commands that need nothing else.

    Raises:
        SettingsWrong: there is no bot token.
    """
    check_bot_token(settings)
    return SlackGateway(_web_client(settings))


def reranker_of(settings: Settings, start: bool = False) -> Reranker | None:
    """The cross-encoder that is set, if one is; begins to load with `start`."""
    if settings.reranker is None:
        return None
    reranker = Reranker(settings.reranker)
    if start:
        reranker.start()
    return reranker


def open_index(settings: Settings, encoder: Encoder) -> Index:
    """The index of these settings.

    Workers that share a Chroma server and a database share the index's book as well, and each
    derives its snapshot from them.
    """
    book = None
    if settings.chroma_url is not None and settings.shared:
        book = server_engine(settings.record_url, begins=True)
    return Index.open(settings.index_dir, encoder, settings.chroma_url, book)


@contextmanager
def jobs_running(
    container: Container,
    url: str,
    executor: str,
    grace: int = 0,
    idle: Callable[[], bool] = lambda: True,
) -> Iterator[None]:
    """The durable jobs of this process, from launch to a tidy end within `grace` seconds.

    Args:
        executor: names this worker among those that share the database.
        idle: whether jobs that are not the container's have ended too.
    """
    settings, jobs = container.settings, container.jobs
    try:
        pace = Pace(settings.messages_per_minute, settings.takeover_seconds)
        jobs.launch(container, url, executor, pace)
        yield
    finally:
        jobs.close(grace, idle)


class KeepingApp(App):
    """Lets in what `admission` does, and acknowledges to Slack once it is on the disk.

    Attributes:
        attendance: hears of every event that could not be stored, and says whether any can.
    """

    def __init__(self, admission: Admission, arrivals: Arrivals, **options: Any) -> None:
        super().__init__(**options)
        self._admission = admission
        self.attendance: Attendance | None = None
        self._arrivals = arrivals

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """Answers a payload; 500 where it could not be stored."""
        away = self.attendance is not None and self.attendance.is_away
        try:
            # Jobs would wait for their database, and people for an answer.
            response = not_saved(req.body) if away else self._answered(req)
        except OSError as error:
            log.error("What came from Slack cannot be stored: %s", error.strerror)
            response = not_saved(req.body)
        response = response or BoltResponse(status=500)
        if response.status >= 500 and self.attendance is not None:
            self.attendance.missed()
        return response

    def _answered(self, req: BoltRequest) -> BoltResponse:
        try:
            req.body = cleaned(req.body)
        except RecursionError:
            return BoltResponse(status=400)
        with self._arrivals.one():
            refusal = self._admission.refusal_of(req)
            if refusal is not None:
                return refusal
            response = super().dispatch(req)
            flush()
            return response


def check_bot_token(settings: Settings) -> None:
    """Raises SettingsWrong where there is no bot token."""
    if settings.slack_bot_token is None:
        raise SettingsWrong("SLACK_BOT_TOKEN is missing. Set it in the environment or in .env.")


def _web_client(settings: Settings) -> WebClient:
    token = settings.slack_bot_token
    return WebClient(
        token=token.get_secret_value() if token else None,
        base_url=settings.slack_api_url,
        retry_handlers=[],
    )


def slack_app(container: Container) -> KeepingApp:
    """The Bolt app; its listeners store everything before it is acknowledged.

    Raises:
        SlackUnreachable: Slack does not answer, or refuses the token.
    """
    settings = container.settings
    secret, client = settings.slack_signing_secret, _web_client(settings)
    try:
        client.auth_test()
        app = KeepingApp(
            Admission(container.admins),
            container.jobs.arrivals,
            # Bolt would look for one in the files of all modules, for a tenth of a second.
            name="uptake",
            client=client,
            signing_secret=secret.get_secret_value() if secret else "",
            process_before_response=True,
            request_verification_enabled=secret is not None,
        )
    except SlackApiError as error:
        raise SlackUnreachable(
            f"Slack does not accept the bot token ({error.response.get('error')}). "
            "Check SLACK_BOT_TOKEN."
        ) from error
    except (SlackClientError, OSError) as error:
        raise SlackUnreachable(
            f"Slack does not answer at {settings.slack_api_url}. "
            "Check the network and UPTAKE_SLACK_API_URL."
        ) from error
    app.error(answer_for_slack)
    register_listeners(app, container)
    return app
