"""The settings: read from the environment and `.env`, once, checked before anything starts."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from adoption.privacy.groups import LEAST_MINIMUM
from bot.api.mcp_settings import McpSettings
from bot.errors import SettingsWrong
from bot.jobs.working_hours import WorkingHours
from knowledge.guides.reviews import USUAL_DAYS

_HOST = re.compile(r"(?:[\w-]+(?:\.[\w-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?")
STARTER = Path(__file__).parent.parent / "knowledge" / "starter"


class OptionalFeature(StrEnum):
    """A part of the programme that a company can do without."""

    TRAINING = "training"
    FOLLOW_UPS = "follow_ups"
    PULSE = "pulse"
    ROLLOUT = "rollout"
    NUDGES = "nudges"
    READINESS = "readiness"


class Settings(McpSettings):
    """Everything that can be set; each has a default that works on a laptop.

    A setting `x` is read from `UPTAKE_X`; Slack's own three have the names Slack gives them.
    """

    model_config = SettingsConfigDict(
        env_prefix="UPTAKE_", env_file=".env", env_ignore_empty=True, extra="ignore"
    )

    data_dir: Path = Field(Path(".uptake"), description="Folder of the record and the index.")
    database_url: str | None = Field(
        None,
        description="Database of record and jobs, as SQLAlchemy writes it; SQLite by default.",
    )
    chroma_url: str | None = Field(
        None, description="Address of a Chroma server; in process by default."
    )
    content: Annotated[list[Path], NoDecode] = Field(
        [STARTER], description="Folders or files to answer from, separated by commas."
    )
    link_base: str | None = Field(
        None, description="Web address under which people can open the content's files."
    )
    private_hosts: Annotated[list[str], NoDecode] = Field(
        [], description="Hosts of your own network that sources may read, separated by commas."
    )
    review_after: int = Field(
        USUAL_DAYS, ge=1, le=3650, description="Days after which a guide's review is too long ago."
    )
    embedding_model: str = Field(
        "all-MiniLM-L6-v2", description="Name of a sentence-transformers model."
    )
    synonyms: Path | None = Field(
        None, description='TOML file with everyday words of yours, such as "boss" = "manager".'
    )
    answer_from: float | None = Field(
        None,
        ge=0.3,
        le=0.99,
        description="How likely an answer has to be right to be shown by itself; `uptake eval` "
        "says what fits your guides, 0.75 by default.",
    )
    learn_from_people: int = Field(
        2,
        ge=0,
        le=100,
        description="People who must agree that a section answers a question before it ranks "
        "higher for questions like it; 0 learns nothing.",
    )
    reranker: str | None = Field(
        None,
        min_length=1,
        max_length=500,
        description="A sentence-transformers cross-encoder that ranks what was found, by name.",
    )
    model: str | None = Field(
        None, description="Language model that writes answers, as LangChain names it."
    )
    model_timeout: float = Field(
        20.0, gt=0, le=300, description="Seconds that the language model may take."
    )
    model_first_timeout: float = Field(
        10.0, gt=0, le=300, description="Seconds that the language model's first word may take."
    )
    model_tokens_per_reply: int = Field(
        1000, ge=50, le=100_000, description="Tokens that one reply of the language model may have."
    )
    model_tokens_per_person_per_day: int | None = Field(
        None, ge=0, description="Tokens of the language model for each person and day."
    )
    model_tokens_per_day: int | None = Field(
        None, ge=0, description="Tokens of the language model for everybody together on a day."
    )
    model_cost_per_person_per_day: float | None = Field(
        None, ge=0, description="Cost of the language model for each person and day."
    )
    model_cost_per_day: float | None = Field(
        None, ge=0, description="Cost of the language model for everybody together on a day."
    )
    model_price_in: float = Field(
        0.0, ge=0, description="Price of a million tokens that the language model reads."
    )
    model_price_out: float = Field(
        0.0, ge=0, description="Price of a million tokens that the language model writes."
    )
    timezone: str = Field("UTC", description="Time zone of the digest's weeks.")
    digest_hour: int = Field(
        8, ge=0, le=23, description="Hour of the digest on Mondays, and of alerts every day."
    )
    slack_api_url: str = Field(
        "https://slack.com/api/", description="Base address of Slack's Web API."
    )
    slack_bot_token: SecretStr | None = Field(
        None, validation_alias="SLACK_BOT_TOKEN", description="Bot token, xoxb-…"
    )
    slack_app_token: SecretStr | None = Field(
        None, validation_alias="SLACK_APP_TOKEN", description="App token for Socket Mode, xapp-…"
    )
    slack_signing_secret: SecretStr | None = Field(
        None, validation_alias="SLACK_SIGNING_SECRET", description="Signing secret for HTTP."
    )
    help_channel: str | None = Field(
        None,
        pattern="^[CG][A-Z0-9]+$",
        examples=["C0123ABCD"],
        description="Id of the Slack channel where people help.",
    )
    admins: Annotated[list[str], NoDecode] = Field(
        [], description="Slack user ids of the programme's admins; by default the workspace's."
    )
    features_off: Annotated[frozenset[OptionalFeature], NoDecode] = Field(
        frozenset(),
        examples=["pulse,nudges"],
        description="Parts of the programme that are switched off, separated by commas.",
    )
    roster_from_slack: bool = Field(
        False, description="Import the roster from Slack every day at six."
    )
    roster_groups: Annotated[list[str], NoDecode] = Field(
        [], description="User groups that are teams, like sales-eu=Sales; commas between them."
    )
    admin_channel: str | None = Field(
        None,
        pattern="^[CG][A-Z0-9]+$",
        examples=["C0123ABCD"],
        description="Id of the Slack channel of the admins.",
    )
    stories_channel: str | None = Field(
        None,
        pattern="^[CG][A-Z0-9]+$",
        examples=["C0123ABCD"],
        description="Id of the Slack channel for success stories.",
    )
    help_patience_minutes: float = Field(
        60.0, gt=0, description="Minutes until a question that nobody takes is offered again."
    )
    override_reasons: Path | None = Field(
        None, description="File with the reasons for overriding; the field's own by default."
    )
    minimum_group: int = Field(
        LEAST_MINIMUM, ge=LEAST_MINIMUM, description="Smaller groups are never shown; 5 or more."
    )
    forget_after_days: int | None = Field(
        None,
        ge=30,
        le=36_500,
        description="Days after which questions are deleted, at night; never by default.",
    )
    hour_worth: float | None = Field(None, gt=0, description="What an hour of work is worth.")
    working_hours: str = Field(
        "Mon-Fri 9:00-17:00", description="When reminders are sent, by the clocks where people are."
    )
    nudge_holdout: float = Field(
        0.2, ge=0, le=0.5, description="Share that gets no nudge, so that the effect can be seen."
    )
    nudge_grace_days: int = Field(
        28, ge=0, le=365, description="Days for which new people get no nudges."
    )
    messages_per_minute: int = Field(
        300,
        ge=6,
        le=60_000,
        description="Answers a minute in the workspace; a channel gets one a second.",
    )
    executor_id: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9._-]{1,64}$",
        examples=["worker-1"],
        description="Name of this worker among several on PostgreSQL; a new one by default.",
    )
    takeover_seconds: float = Field(
        30.0, ge=1, le=50, description="Seconds of silence after which another worker takes over."
    )
    grace_seconds: int = Field(
        20, ge=0, le=600, description="Seconds to finish in when told to stop."
    )
    health_port: int | None = Field(
        None, ge=1, le=65535, description="Port of /healthz, /readyz and /metrics; none by default."
    )
    usage_port: int | None = Field(
        None, ge=1, le=65535, description="Port where tools report their use; none by default."
    )
    otlp_endpoint: str | None = Field(
        None, description="Address of an OpenTelemetry collector (gRPC); no traces by default."
    )
    log_format: str = Field(
        "text",
        pattern="(?i)^(text|json)$",
        examples=["text", "json"],
        description="Log lines for people, or as JSON.",
    )
    log_level: str = Field(
        "WARNING",
        pattern="(?i)^(debug|info|warning|error)$",
        examples=["DEBUG", "INFO", "WARNING", "ERROR"],
        description="How much is logged.",
    )

    @field_validator("log_format")
    @classmethod
    def _lower(cls, value: str) -> str:
        return value.lower()

    @field_validator("log_level")
    @classmethod
    def _upper(cls, value: str) -> str:
        return value.upper()

    @field_validator("content", "admins", "roster_groups", "features_off", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("private_hosts", mode="before")
    @classmethod
    def _hosts(cls, value: Any) -> Any:
        if isinstance(value, str):
            value = [part.strip().lower().rstrip(".") for part in value.split(",") if part.strip()]
            if any(not _HOST.fullmatch(host) for host in value):
                raise ValueError("is not a list of hosts; write it like wiki.example.com,intranet")
        return value

    @field_validator("admins", mode="before")
    @classmethod
    def _user_ids(cls, value: Any) -> Any:
        named = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
        wrong = [name for name in named if name and not re.fullmatch("[UW][A-Z0-9]+", name)]
        if wrong:
            raise ValueError(f"holds “{wrong[0]}”, which is not a Slack user id like U0123ABCD")
        return [name for name in named if name]

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("is not a time zone; write it like Europe/Oslo") from None
        return value

    @field_validator("working_hours")
    @classmethod
    def _hours(cls, value: str) -> str:
        WorkingHours.parse(value)
        return value

    @field_validator("slack_api_url", "chroma_url", "link_base", "otlp_endpoint")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("is not a web address; write it like https://example.com/")
        return value if value.endswith("/") else value + "/"

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _token(cls, value: SecretStr | None, info: Any) -> SecretStr | None:
        prefix = "xoxb-" if info.field_name == "slack_bot_token" else "xapp-"
        if value is not None and not value.get_secret_value().startswith(prefix):
            raise ValueError(f"is not such a token; it begins with {prefix}")
        return value

    @model_validator(mode="after")
    def _costs_have_prices(self) -> Self:
        capped = (
            self.model_cost_per_day is not None or self.model_cost_per_person_per_day is not None
        )
        if capped and not (self.model_price_in or self.model_price_out):
            raise ValueError(
                "UPTAKE_MODEL_COST_PER_DAY and UPTAKE_MODEL_COST_PER_PERSON_PER_DAY need "
                "UPTAKE_MODEL_PRICE_IN and UPTAKE_MODEL_PRICE_OUT"
            )
        return self

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of the digest's weeks."""
        return ZoneInfo(self.timezone)

    @cached_property
    def hours(self) -> WorkingHours:
        """When reminders are sent."""
        return WorkingHours.parse(self.working_hours)

    @property
    def record_url(self) -> str:
        """Where the record is."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'record.sqlite'}"

    @property
    def jobs_url(self) -> str:
        """Where durable jobs are kept: beside the record, or in the record's PostgreSQL."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'jobs.sqlite'}"

    @property
    def shared(self) -> bool:
        """Whether several workers can share the record and the jobs."""
        return self.database_url is not None and not self.database_url.startswith("sqlite")

    @property
    def stories_dir(self) -> Path:
        """Where published stories are, as part of the content."""
        return self.data_dir.absolute() / "stories"

    @property
    def faqs_dir(self) -> Path:
        """Where approved FAQ entries are, as part of the content."""
        return self.data_dir.absolute() / "faqs"

    @property
    def all_content(self) -> list[Path]:
        """What is answered from: the content, and stories and FAQ entries where there are any."""
        own = [folder for folder in (self.stories_dir, self.faqs_dir) if folder.exists()]
        return [*self.content, *own]

    @property
    def index_dir(self) -> Path:
        """Where the index is."""
        return self.data_dir.absolute() / "index"


def read_settings(**overrides: Any) -> Settings:
    """The settings of this process.

    Raises:
        SettingsWrong: naming every malformed setting in one sentence.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsWrong(_in_words(error)) from None


def _in_words(error: ValidationError) -> str:
    faults = []
    for fault in error.errors():
        message = re.sub("^(Value error, |Input )", "", fault["msg"])
        message = message.replace("greater than or equal to", "at least")
        message = message.replace("less than or equal to", "at most")
        if fault["type"] == "string_pattern_mismatch":
            message = _like_its_examples(str(fault["loc"][0]), str(fault["input"]))
        if not fault["loc"]:
            faults.append(message)
            continue
        field = str(fault["loc"][0])
        name = field if field.isupper() else variable(field)
        faults.append(f"{name} {message[:1].lower()}{message[1:]}")
    return f"A setting is wrong: {'; '.join(faults)}. Fix it in the environment or in .env."


def _like_its_examples(field: str, given: str) -> str:
    examples = Settings.model_fields[field].examples or []
    return f"is “{given[:40]}”; write it like {' or '.join(map(str, examples))}"


def variable(field: str) -> str:
    """The environment variable of a setting."""
    aliased = {"slack_bot_token", "slack_app_token", "slack_signing_secret"}
    return field.upper() if field in aliased else f"UPTAKE_{field.upper()}"
