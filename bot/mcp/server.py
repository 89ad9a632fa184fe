"""The MCP server: lists and calls tools, gives guides as resources, and fills in prompts.

What comes from a client is checked here once; tools get typed arguments and whoever calls.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

import anyio
from anyio import CapacityLimiter, to_thread
from mcp import MCPError, types
from mcp.server import Server, ServerRequestContext
from mcp_types import INTERNAL_ERROR, INVALID_PARAMS

from adoption.guides.decisions import guide_id
from bot.container import Container
from bot.mcp.caller import Caller, Right
from bot.mcp.library import readable_guide, readable_guides
from bot.mcp.prompts import PROMPTS, prompt_named
from bot.mcp.tool import Call, CallRefused, Tool
from bot.texts import texts
from uptake import UptakeError, __version__

log = logging.getLogger(__name__)

# Calls that are worked on at once; others wait for their turn.
_AT_ONCE = 16
# Seconds for one call; a language model may take twenty.
_LONGEST = 60.0
_SCHEME = "uptake://guides/"

Context = ServerRequestContext[Any, Any]
R = TypeVar("R")


def _at_once() -> None:
    """The guides can be read from the start."""


class UptakeServer:
    """The MCP server behind HTTP and standard input.

    Args:
        caller_of: who makes a request, and the name of the call, if it has one already.
        tools: all that there are.
        logs: the names of those that may log something now.
        ready: returns when the guides can be read, or raises CallRefused.
    """

    def __init__(
        self,
        container: Container,
        caller_of: Callable[[Context], tuple[Caller, str]],
        tools: tuple[Tool[Any], ...],
        logs: Callable[[], Collection[str]],
        longest: float = _LONGEST,
        ready: Callable[[], None] = _at_once,
    ) -> None:
        self._container = container
        self._caller_of = caller_of
        self._tools = {each.name: each for each in tools}
        self._logs = logs
        self._longest = longest
        self._ready = ready
        self._limiter: CapacityLimiter | None = None
        self.protocol: Server[Any] = Server(
            "uptake",
            version=__version__,
            title="Uptake",
            instructions=texts("mcp")["instructions"],
            # Without it, each call lists all tools first.
            get_tool_input_schema=self._schema_of,
            on_list_tools=self._list_tools,
            on_call_tool=self._call_tool,
            on_list_resources=self._list_resources,
            on_list_resource_templates=self._list_templates,
            on_read_resource=self._read_resource,
            on_list_prompts=self._list_prompts,
            on_get_prompt=self._get_prompt,
        )

    async def _list_tools(
        self, context: Context, _: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        caller, _id = self._caller_of(context)
        with _as_protocol_errors():
            logs = await self._in_thread(self._logs)
        on = [each for each in self._tools.values() if _is_on(each, logs)]
        return types.ListToolsResult(tools=[e.described for e in on if _is_listed(e, caller)])

    def _schema_of(self, name: str) -> dict[str, Any] | None:
        tool = self._tools.get(name)
        return tool.described.input_schema if tool else None

    async def _call_tool(
        self, context: Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        caller, id = self._caller_of(context)
        tool = self._tools.get(params.name)
        try:
            if tool is None:
                raise CallRefused(texts("mcp")["unknown_tool"])
            _check(tool, caller)
            if tool.right is Right.WRITE and not _is_on(tool, await self._in_thread(self._logs)):
                raise CallRefused(texts("mcp")["switched_off"])
            call = Call(
                self._container, caller, id or f"mcp:{uuid4().hex}", self._container.clock()
            )
            found = await self._worked_on(tool, call, params.arguments or {})
        except CallRefused as refused:
            return _error(str(refused))
        # A model learns that it failed; why stays in the log.
        except Exception:
            log.exception("The tool %s failed", tool.name if tool else "")
            return _error(texts("mcp")["crashed"])
        return found

    async def _worked_on(
        self, tool: Tool[Any], call: Call, arguments: dict[str, Any]
    ) -> types.CallToolResult:
        """The result of a call; where its client gives up or it takes too long, it is ended."""
        try:
            with anyio.fail_after(self._longest):
                return await self._in_thread(self._when_ready, _result_of, tool, call, arguments)
        except TimeoutError:
            await self._cancel(tool, call)
            raise CallRefused(texts("mcp")["too_long"]) from None
        except anyio.get_cancelled_exc_class():
            await self._cancel(tool, call)
            raise

    async def _cancel(self, tool: Tool[Any], call: Call) -> None:
        with anyio.CancelScope(shield=True), suppress(UptakeError):
            await to_thread.run_sync(tool.cancel, call)

    def _when_ready(self, work: Callable[..., R], *arguments: Any) -> R:
        self._ready()
        return work(*arguments)

    async def _in_thread(self, work: Callable[..., R], *arguments: Any) -> R:
        """Does what may wait for a database or Slack, without taking a thread from others."""
        if self._limiter is None:
            self._limiter = CapacityLimiter(_AT_ONCE)
        call = partial(work, *arguments)
        return await to_thread.run_sync(call, limiter=self._limiter, abandon_on_cancel=True)

    async def _list_resources(
        self, context: Context, _: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        caller, _id = self._caller_of(context)
        with _as_protocol_errors():
            guides = await self._in_thread(
                self._when_ready, readable_guides, self._container, caller
            )
        return types.ListResourcesResult(
            resources=[
                types.Resource(
                    uri=f"{_SCHEME}{guide_id(each.source)}",
                    name=each.title,
                    description=each.kind,
                    mime_type="text/markdown",
                )
                for each in guides
            ]
        )

    async def _list_templates(
        self, context: Context, _: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        say = texts("mcp")
        template = types.ResourceTemplate(
            uri_template=f"{_SCHEME}{{guide}}",
            name="guide",
            title=say["get_guide_title"],
            description=say["get_guide_about"],
            mime_type="text/markdown",
        )
        return types.ListResourceTemplatesResult(resource_templates=[template])

    async def _read_resource(
        self, context: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        caller, _id = self._caller_of(context)
        wanted = str(params.uri)
        with _as_protocol_errors():
            if not wanted.startswith(_SCHEME):
                raise CallRefused(texts("mcp")["unknown_guide"])
            id = wanted.removeprefix(_SCHEME)
            found = await self._in_thread(
                self._when_ready, readable_guide, self._container, caller, id
            )
        text = types.TextResourceContents(uri=wanted, mime_type="text/markdown", text=found.text)
        return types.ReadResourceResult(contents=[text])

    async def _list_prompts(
        self, context: Context, _: types.PaginatedRequestParams | None
    ) -> types.ListPromptsResult:
        return types.ListPromptsResult(prompts=[each.described() for each in PROMPTS])

    async def _get_prompt(
        self, context: Context, params: types.GetPromptRequestParams
    ) -> types.GetPromptResult:
        with _as_protocol_errors():
            prompt = prompt_named(params.name)
            text = prompt.filled_in(params.arguments or {})
        content = types.TextContent(type="text", text=text)
        described = prompt.described().description
        message = types.PromptMessage(role="user", content=content)
        return types.GetPromptResult(description=described, messages=[message])


class _as_protocol_errors:
    """Turns what is refused, and what fails, into the protocol's errors."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: Any, _: object) -> None:
        if isinstance(error, CallRefused):
            raise MCPError(code=INVALID_PARAMS, message=str(error)) from None
        if isinstance(error, Exception):
            log.error("A request failed", exc_info=error)
            raise MCPError(code=INTERNAL_ERROR, message=texts("mcp")["crashed"]) from None


def _is_on(tool: Tool[Any], logs: Collection[str]) -> bool:
    return tool.right is Right.READ or tool.name in logs


def _is_listed(tool: Tool[Any], caller: Caller) -> bool:
    """Whether a tool is listed: those one may call, and all that read where nobody is named yet.

    Slackbot asks for the list before it calls in a person's name.
    """
    unnamed = not caller.is_person and not caller.tool
    return tool.is_for(caller) or (unnamed and tool.right in caller.rights)


def _check(tool: Tool[Any], caller: Caller) -> None:
    say = texts("mcp")
    if tool.is_for(caller):
        return
    if tool.right not in caller.rights:
        raise CallRefused(say["no_right"])
    raise CallRefused(say["guests"] if caller.is_guest else say["no_person"])


def _result_of(tool: Tool[Any], call: Call, arguments: dict[str, Any]) -> types.CallToolResult:
    found = tool.called(call, arguments)
    # Clients that don't know structured content read the same as text.
    text = types.TextContent(type="text", text=found.model_dump_json())
    return types.CallToolResult(content=[text], structured_content=found.model_dump(mode="json"))


def _error(sentence: str) -> types.CallToolResult:
    content = types.TextContent(type="text", text=sentence)
    return types.CallToolResult(content=[content], is_error=True)
