"""What AI tools that ask by MCP may log, as admins decide."""

from bot.feature import Feature, Subcommand
from bot.features.ai_tools.jobs import JOBS
from bot.features.ai_tools.listeners import asked, home, register
from bot.texts import texts

FEATURE = Feature(
    register=register,
    jobs=JOBS,
    subcommands=(Subcommand("mcp", asked, texts("ai_tools")["help"], for_admins=True),),
    home=home,
)
