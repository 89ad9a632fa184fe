"""The settings of the MCP server, by which AI tools ask."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode


class WriteTool(StrEnum):
    """A tool by which AI tools log something."""

    LOG_OVERRIDE = "log_override"
    LOG_FEEDBACK = "log_feedback"
    LOG_USE = "log_use"


class McpSettings(BaseSettings):
    """Who may ask by MCP, where, and what admins can let them log; nobody by default."""

    mcp_url: str | None = Field(
        None,
        examples=["https://uptake.example.com/mcp"],
        description="Public address where AI tools ask by MCP, on the port of `--http` or of "
        "UPTAKE_MCP_PORT; none by default.",
    )
    mcp_port: int | None = Field(
        None, ge=1, le=65535, description="Port of /mcp for AI tools; none by default."
    )
    mcp_writes: Annotated[frozenset[WriteTool], NoDecode] = Field(
        frozenset(WriteTool),
        examples=["log_override,log_feedback"],
        description="What admins can let AI tools log, separated by commas; everything by default, "
        "and nothing is on until an admin switches it on with `/uptake mcp`.",
    )
    mcp_calls_per_minute: int = Field(
        60,
        ge=1,
        le=10_000,
        description="Calls by MCP a minute for each person and token, of each worker.",
    )
    mcp_issuer: str | None = Field(
        None, description="Address of the OAuth server whose tokens are good at /mcp, as its `iss`."
    )
    mcp_keys: str | None = Field(None, description="Address of that server's keys (JWKS).")
    mcp_claim: str = Field(
        "email",
        min_length=1,
        max_length=100,
        description="Claim of its tokens that says who asks: an e-mail address or a Slack user id.",
    )

    @field_validator("mcp_writes", mode="before")
    @classmethod
    def _split_writes(cls, value: Any) -> Any:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("mcp_url", "mcp_issuer", "mcp_keys")
    @classmethod
    def _exact_address(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "")
        is_safe = parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1")
        if value is not None and not (parts.hostname and is_safe):
            raise ValueError("is not an address that begins with https://")
        return value

    @model_validator(mode="after")
    def _issuer_has_keys(self) -> Self:
        if (self.mcp_issuer is None) != (self.mcp_keys is None):
            raise ValueError("UPTAKE_MCP_ISSUER and UPTAKE_MCP_KEYS need each other")
        return self
