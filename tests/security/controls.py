"""Controls, each with the line that it is in, that line without it, and a test that then fails."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Control:
    """One control.

    Attributes:
        says: what it does.
        file: where it is, from the root of the project.
        line: the code that is the control, which stands once in the file.
        without: what is there when it is taken out.
        test: the test that fails then, as `path::name`.
    """

    says: str
    file: str
    line: str
    without: str
    test: str


_ANSWERS, _BOT = "tests/knowledge/answers", "tests/bot"
CONTROLS = (
    Control(
        "No passage or question closes its fence in a prompt",
        "knowledge/answers/prompt.py",
        """return text.replace("<", "‹").replace(">", "›").replace('"', "'")""",
        "return text",
        f"{_ANSWERS}/test_model_replies.py::test_no_text_leaves_its_fence",
    ),
    Control(
        "A sentence of a model stays only if its sources hold its words",
        "knowledge/answers/grounding.py",
        "share_held(claim, whole) >= SUPPORT",
        "True",
        f"{_ANSWERS}/test_composing.py::test_made_up_sentences_fall_and_nearly_all_faithful_ones_stand",
    ),
    Control(
        "A model's words hold no links",
        "knowledge/answers/reply.py",
        r"""r"(?:\b[a-z][a-z0-9+.-]*://|\bwww\.|\b(?:mailto|tel|javascript|data):(?=\S))\S*", re""",
        r"""r"(?!)", re""",
        f"{_ANSWERS}/test_composing.py::test_nothing_that_acts_is_left_in_a_models_words",
    ),
    Control(
        "Only passages for somebody's audiences are searched",
        "knowledge/index/snapshot.py",
        """allowed = self._among("audience", scope.audiences | {EVERYONE})""",
        """allowed = self._among("audience", set(self._columns["audience"][0]))""",
        "tests/knowledge/index/test_snapshot.py::test_a_scope_lets_exactly_its_passages_in",
    ),
    Control(
        "Use is held to the caps of a day",
        "knowledge/llm/spending.py",
        "within = self.tokens is None or use.tokens <= self.tokens",
        "within = True",
        "tests/adoption/questions/test_spending.py",
    ),
    Control(
        "Addresses are taken out of what people wrote",
        "adoption/privacy/redaction.py",
        """text = _ADDRESS.sub("[address]", text)""",
        "pass",
        "tests/adoption/test_privacy.py::test_no_text_around_it_keeps_an_address_in",
    ),
    Control(
        "A token is good only until it expires",
        "adoption/access/access_tokens.py",
        "AccessTokenRow.expires_at > now,",
        "AccessTokenRow.expires_at.is_not(None),",
        f"{_BOT}/mcp/test_http.py::test_tokens_are_revoked_and_expire",
    ),
    Control(
        "A token of the company's sign-in is for us alone",
        "bot/mcp/oauth.py",
        """options={"require": ["exp", "iss", "aud"]},""",
        """options={"require": ["exp", "iss"], "verify_aud": False},""",
        f"{_BOT}/mcp/test_oauth.py::test_a_token_for_others_or_of_another_time_is_refused",
    ),
    Control(
        "A body over the limit is refused unread",
        "bot/api/limits.py",
        "if _announced(scope) > limits.body:",
        "if False:",
        f"{_BOT}/api/test_limits.py::test_an_announced_body_over_the_limit_is_refused_unread",
    ),
    Control(
        "No link leads out of a folder of guides",
        "ingest/sync/walk.py",
        "if _ignored(path, is_folder, rules) or _leads_out(path, root):",
        "if _ignored(path, is_folder, rules):",
        "tests/ingest/sync/test_walk.py::test_links_that_lead_out_or_in_circles_are_not_followed",
    ),
    Control(
        "No private address is asked",
        "ingest/sources/addresses.py",
        "return address.is_global or (named and (address.is_private or address.is_loopback))",
        "return True",
        "tests/ingest/sources/test_git_addresses.py::test_a_host_with_a_private_address_is_not_asked",
    ),
    Control(
        "Nothing that a terminal acts on is printed",
        "bot/local/plain_text.py",
        """return "".join(character for character in text if character.isprintable())""",
        "return text",
        f"{_BOT}/cli/test_plain_output.py::test_nothing_that_a_terminal_acts_on_is_left",
    ),
    Control(
        "A small group takes others along, or is hidden",
        "adoption/privacy/groups.py",
        "if folded and people < minimum.people:",
        "if False:",
        "tests/adoption/test_privacy.py::test_too_few_people_in_all_are_not_shown",
    ),
)
