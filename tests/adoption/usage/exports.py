"""Small exports of every kind, of invented people, and what each of them reports."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

M365 = "Microsoft 365 Copilot usage"
USERS = "GitHub Copilot usage metrics, by user"
COMPANY = "GitHub Copilot usage metrics of the organisation"
SEATS = "GitHub Copilot seats"
PREMIUM = "GitHub Copilot premium requests"
CHATGPT = "ChatGPT Enterprise user analytics"
EVENTS = "Events of any tool"


@dataclass(frozen=True)
class Export:
    """A file and its right figures.

    Attributes:
        uses: `person day event count`, added up over the kinds of use; the company is `all`.
        span: the first and the last day it covers.
        how: what the user adds (`day`, `mapping`).
    """

    title: str
    content: str | bytes
    uses: str
    span: str
    rows: int
    without_use: int = 0
    folded: int = 0
    rejected: int = 0
    name: str = "export.csv"
    how: dict[str, Any] = field(default_factory=dict)

    @property
    def lines(self) -> set[str]:
        """The uses, each without the spaces that indent it."""
        return {line.strip() for line in self.uses.splitlines() if line.strip()}

    @property
    def bytes(self) -> bytes:
        """The file."""
        return self.content if isinstance(self.content, bytes) else self.content.encode()


def ndjson(*rows: object) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


GRAPH_V1 = (
    "Report Refresh Date,User Principal Name,Display Name,Last Activity Date,"
    "Copilot Chat Last Activity Date,Microsoft Teams Copilot Last Activity Date,"
    "Word Copilot Last Activity Date,Report Period\n"
)
GRAPH_V2 = (
    "Report Refresh Date,User Principal Name,Display Name,Last Activity Date,"
    "Copilot Chat Last Activity Date,Word Copilot Last Activity Date,Report Period,"
    "Prompts submitted for all apps,Active Usage Days for all apps,"
    "Microsoft 365 Copilot Last Activity Date,Edge Last Activity Date,"
    "Copilot Agent Last Activity Date\n"
)
ADMIN = (
    "Report Refresh Date,User Principal Name,Display Name,Last activity date (UTC),"
    "Prompts submitted for All Apps,Active Usage Days for All Apps,"
    "Last activity date of Teams Copilot (UTC),Last activity date of Word Copilot (UTC),"
    "Last activity date of Copilot Chat (work) (UTC),Last activity date of Edge (UTC),"
    "Last activity date of any agent (UTC),Report Period\n"
)
USER_DAY = {
    "user_login": "ada_c",
    "day": "2026-11-20",
    "user_initiated_interaction_count": 5,
    "code_generation_activity_count": 10,
    "code_acceptance_activity_count": 4,
}
IDLE = USER_DAY | {
    "user_initiated_interaction_count": 0,
    "code_generation_activity_count": 0,
    "code_acceptance_activity_count": 0,
}
COMPANY_DAY = {
    "day": "2026-11-20",
    "daily_active_users": 7,
    "user_initiated_interaction_count": 30,
    "code_generation_activity_count": 100,
    "code_acceptance_activity_count": 25,
}
OLD_METRICS = {
    "date": "2026-03-02",
    "total_active_users": 24,
    "total_engaged_users": 20,
    "copilot_ide_code_completions": {
        "editors": [
            {
                "name": "vscode",
                "models": [
                    {
                        "languages": [
                            {"total_code_suggestions": 249, "total_code_acceptances": 123},
                            {"total_code_suggestions": 51, "total_code_acceptances": 27},
                        ]
                    }
                ],
            }
        ]
    },
    "copilot_ide_chat": {"editors": [{"models": [{"total_chats": 45}, {"total_chats": 3}]}]},
    "copilot_dotcom_chat": {"models": []},
}
CHATGPT_HEAD = (
    "cadence,period_start,period_end,account_id,public_id,name,email,user_status,is_active,"
    "first_day_active_in_period,last_day_active_in_period,messages,last_day_active\n"
)
PREMIUM_HEAD = (
    "date,username,product,sku,model,quantity,unit_type,applied_cost_per_quantity,gross_amount,"
    "discount_amount,net_amount,exceeds_quota,total_monthly_quota,organization,cost_center_name\n"
)


# As the export writes objects into cells.
AUDIT = (
    "{},\"{{'name': 'Ada', 'metadata': {{'email_address': 'ada@x.com'}}}}\",{},{{}},"
    "\"{{'type': 'chat_conversation', 'uuid': 'c-1'}}\",10.0.0.1,web_claude_ai\n"
)


def claude_user(email: str, messages: int, accepted: int = 0, rejected: int = 0) -> dict[str, Any]:
    nothing = {"accepted_count": 0, "rejected_count": 0}
    return {
        "user": {"id": "user_1", "email_address": email},
        "chat_metrics": {"message_count": messages, "distinct_conversation_count": 3},
        "claude_code_metrics": {
            "core_metrics": {"distinct_session_count": 0},
            "tool_actions": {
                "edit_tool": {"accepted_count": accepted, "rejected_count": rejected},
                "write_tool": nothing,
            },
        },
        "web_search_count": 0,
    }


def claude_code(email: str | None, terminal: str, sessions: int, accepted: int) -> dict[str, Any]:
    who = {"type": "user_actor", "email_address": email}
    return {
        "date": "2026-11-20T00:00:00Z",
        "actor": who if email else {"type": "api_actor", "api_key_name": "ci"},
        "organization_id": "o-1",
        "customer_type": "subscription" if email else "api",
        "subscription_type": "team",
        "terminal_type": terminal,
        "core_metrics": {"num_sessions": sessions, "lines_of_code": {"added": 9, "removed": 1}},
        "tool_actions": {
            "edit_tool": {"accepted": accepted, "rejected": 1},
            "write_tool": {"accepted": 2, "rejected": 0},
        },
        "model_breakdown": [{"model": "claude-opus-5", "tokens": {"input": 9, "output": 9}}],
    }


def gemini_action(email: str, number: int, category: str = "active_generate") -> dict[str, Any]:
    parameters = [
        {"name": "app_name", "value": "gmail"},
        {"name": "event_category", "value": category},
    ]
    return {
        "kind": "admin#reports#activity",
        "id": {
            "time": f"2026-11-20T10:00:0{number}.500Z",
            "uniqueQualifier": str(number),
            "applicationName": "gemini_in_workspace_apps",
        },
        "actor": {"callerType": "USER", "email": email},
        "events": [
            {"type": "ai_usage_event", "name": "feature_utilization", "parameters": parameters}
        ],
    }


V1_ROWS = (
    "2026-11-23,ada@x.com,Ada,2026-11-20,2026-11-20,2026-11-19,,7\n2026-11-23,bob@x.com,Bob,,,,,7\n"
)
V1_USES = """ada@x.com 2026-11-20 shown 1
    ada@x.com 2026-11-19 shown 1"""
WEEK = "2026-11-17 2026-11-23"
MONTH = "2026-10-27 2026-11-23"

EXPORTS: dict[str, Export] = {
    # Microsoft 365 Copilot
    "graph-v1": Export(M365, GRAPH_V1 + V1_ROWS, V1_USES, WEEK, 2, 1),
    "graph-v2": Export(
        M365,
        GRAPH_V2
        + "2026-11-23,ada@x.com,Ada,2026-11-20,2026-11-20,2026-11-18,28,142,19,2026-11-20,,\n"
        + "2026-11-23,eve@x.com,Eve,2026-11-21,,,28,37,11,2026-11-21,2026-11-20,2026-11-21\n",
        # 142 / 19 rounded up is 8 a day, 37 / 11 is 4.
        """ada@x.com 2026-11-20 shown 8
        ada@x.com 2026-11-18 shown 8
        eve@x.com 2026-11-21 shown 4
        eve@x.com 2026-11-20 shown 4""",
        MONTH,
        2,
    ),
    "graph-v2-agents-only": Export(
        M365,
        GRAPH_V2 + "2026-11-23,eve@x.com,Eve,2026-11-21,,,28,,,,,2026-11-21\n",
        "eve@x.com 2026-11-21 shown 1",
        MONTH,
        1,
    ),
    "graph-beta-json": Export(
        M365,
        json.dumps(
            {
                "@odata.context": "https://graph.microsoft.com/beta/$metadata",
                "value": [
                    {
                        "reportRefreshDate": "2026-11-20",
                        "userPrincipalName": "Ada@X.com",
                        "lastActivityDate": "2026-11-20",
                        "copilotChatLastActivityDate": "2026-11-16",
                        "microsoftTeamsCopilotLastActivityDate": "2026-11-20",
                        "excelCopilotLastActivityDate": "",
                        "copilotActivityUserDetailsByPeriod": [{"reportPeriod": 7}],
                    }
                ],
            },
            indent=2,
        ),
        "ada@x.com 2026-11-16 shown 1\nada@x.com 2026-11-20 shown 1",
        "2026-11-14 2026-11-20",
        1,
        name="beta.json",
    ),
    "graph-v2-json": Export(
        M365,
        json.dumps(
            {
                "value": [
                    {
                        "reportRefreshDate": "2026-11-23",
                        "userPrincipalName": "ada@x.com",
                        "lastActivityDate": "2026-11-20",
                        "edgeLastActivityDate": "2026-11-20",
                        "copilotActivityUserDetailsByPeriod": [
                            {"reportPeriod": 28, "promptsSubmitted": 30, "activeUsageDays": 6}
                        ],
                    }
                ]
            }
        ),
        "ada@x.com 2026-11-20 shown 5",
        MONTH,
        1,
        name="v2.json",
    ),
    "admin-centre": Export(
        M365,
        "\ufeff"
        + ADMIN
        + "2026-11-23,ada@x.com,Ada,2026-11-20,41,9,2026-11-20,2026-11-18,2026-11-20,,,28\n"
        + "2026-11-23,bob@x.com,Bob,2026-11-12,3,2,,,,,,28\n",
        """ada@x.com 2026-11-20 shown 5
        ada@x.com 2026-11-18 shown 5
        bob@x.com 2026-11-12 shown 2""",
        MONTH,
        2,
    ),
    "admin-centre-edge-and-agent": Export(
        M365,
        ADMIN + "2026-11-23,eve@x.com,Eve,2026-11-21,0,0,,,,2026-11-20,2026-11-21,30\n",
        "eve@x.com 2026-11-20 shown 1\neve@x.com 2026-11-21 shown 1",
        "2026-10-25 2026-11-23",
        1,
    ),
    "admin-centre-german": Export(
        M365,
        (
            GRAPH_V1.replace(",", ";")
            + "23.11.2026;ada@x.com;Ada;20.11.2026;20.11.2026;19.11.2026;;7\r\n"
        ),
        V1_USES,
        WEEK,
        1,
    ),
    "admin-centre-american": Export(
        M365,
        GRAPH_V1 + "11/23/2026,ada@x.com,Ada,11/20/2026,11/20/2026,11/19/2026,,7\n",
        V1_USES,
        WEEK,
        1,
    ),
    "admin-centre-japanese": Export(
        M365,
        GRAPH_V1 + "2026/11/23,ada@x.com,Ada,2026/11/20,2026/11/20,2026/11/19,,7\n",
        V1_USES,
        WEEK,
        1,
    ),
    "admin-centre-utf-16": Export(
        M365, (GRAPH_V1 + V1_ROWS).replace(",", "\t").encode("utf-16"), V1_USES, WEEK, 2, 1
    ),
    "admin-centre-sep-line": Export(
        M365,
        "sep=;\r\n" + (GRAPH_V1 + V1_ROWS).replace(",", ";").replace("\n", "\r\n"),
        V1_USES,
        WEEK,
        2,
        1,
    ),
    "admin-centre-preamble": Export(
        M365,
        "Contoso, Ltd.\nCopilot usage, as of 2026-11-23\n\n" + GRAPH_V1 + V1_ROWS,
        V1_USES,
        WEEK,
        2,
        1,
    ),
    "graph-doubled-column": Export(
        M365,
        "reportRefreshDate,userPrincipalName,lastActivityDate,copilotChatLastActivityDate,"
        "copilotChatLastActivityDate,reportPeriod\n"
        "2026-11-23,ada@x.com,2026-11-20,2026-11-20,2026-11-20,7\n",
        "ada@x.com 2026-11-20 shown 1",
        WEEK,
        1,
    ),
    "graph-all-time": Export(
        M365,
        GRAPH_V1 + "2026-11-23,ada@x.com,Ada,2026-11-20,2026-11-20,,,ALL\n",
        "ada@x.com 2026-11-20 shown 1",
        "2026-05-28 2026-11-23",
        1,
    ),
    # GitHub Copilot
    "github-users-ndjson": Export(
        USERS,
        ndjson(USER_DAY | {"totals_by_cli": {"prompt_count": 3}}, IDLE | {"user_login": "bob_c"}),
        """ada_c 2026-11-20 shown 18
        ada_c 2026-11-20 accepted 4
        ada_c 2026-11-20 ignored 6""",
        "2026-11-20 2026-11-20",
        2,
        1,
        name="users.ndjson",
    ),
    "github-users-json": Export(
        USERS,
        json.dumps([USER_DAY, USER_DAY | {"day": "2026-11-23"}], indent=1),
        """ada_c 2026-11-20 shown 15
        ada_c 2026-11-20 accepted 4
        ada_c 2026-11-20 ignored 6
        ada_c 2026-11-23 shown 15
        ada_c 2026-11-23 accepted 4
        ada_c 2026-11-23 ignored 6""",
        "2026-11-20 2026-11-23",
        2,
        name="users.json",
    ),
    "github-users-28-days": Export(
        USERS,
        ndjson(USER_DAY | {"report_start_day": "2026-10-27", "report_end_day": "2026-11-23"}),
        """ada_c 2026-11-20 shown 15
        ada_c 2026-11-20 accepted 4
        ada_c 2026-11-20 ignored 6""",
        MONTH,
        1,
        name="users.ndjson",
    ),
    "github-users-run-together": Export(
        USERS,
        json.dumps(USER_DAY) + json.dumps(USER_DAY | {"user_login": "bob_c"}),
        """ada_c 2026-11-20 shown 15
        ada_c 2026-11-20 accepted 4
        ada_c 2026-11-20 ignored 6
        bob_c 2026-11-20 shown 15
        bob_c 2026-11-20 accepted 4
        bob_c 2026-11-20 ignored 6""",
        "2026-11-20 2026-11-20",
        2,
        name="users.ndjson",
    ),
    "github-agent-only": Export(
        USERS,
        ndjson(IDLE | {"used_agent": True, "used_copilot_cloud_agent": True}),
        "ada_c 2026-11-20 shown 1",
        "2026-11-20 2026-11-20",
        1,
        name="users.ndjson",
    ),
    "github-app-only": Export(
        USERS,
        ndjson(IDLE | {"used_copilot_app": True, "totals_by_copilot_app": {"prompt_count": 4}}),
        "ada_c 2026-11-20 shown 1",
        "2026-11-20 2026-11-20",
        1,
        name="users.ndjson",
    ),
    "github-passive-review": Export(
        USERS,
        ndjson(IDLE | {"used_agent": False, "used_copilot_code_review_passive": True}),
        "",
        "2026-11-20 2026-11-20",
        1,
        1,
        name="users.ndjson",
    ),
    "github-company-day-totals": Export(
        COMPANY,
        json.dumps(
            {
                "report_start_day": "2026-10-27",
                "report_end_day": "2026-11-23",
                "organization_id": "1",
                "day_totals": [COMPANY_DAY, COMPANY_DAY | {"day": "2026-11-21"}],
            }
        ),
        """all 2026-11-20 shown 130
        all 2026-11-20 accepted 25
        all 2026-11-20 ignored 75
        all 2026-11-21 shown 130
        all 2026-11-21 accepted 25
        all 2026-11-21 ignored 75""",
        MONTH,
        2,
        name="organization-28-day.json",
    ),
    "github-company-day": Export(
        COMPANY,
        ndjson(COMPANY_DAY),
        """all 2026-11-20 shown 130
        all 2026-11-20 accepted 25
        all 2026-11-20 ignored 75""",
        "2026-11-20 2026-11-20",
        1,
        name="enterprise-1-day.ndjson",
    ),
    "github-old-metrics": Export(
        "GitHub Copilot metrics (API until April 2026)",
        json.dumps([OLD_METRICS, OLD_METRICS | {"date": "2026-03-03"}]),
        """all 2026-03-02 shown 348
        all 2026-03-02 accepted 150
        all 2026-03-02 ignored 150
        all 2026-03-03 shown 348
        all 2026-03-03 accepted 150
        all 2026-03-03 ignored 150""",
        "2026-03-02 2026-03-03",
        2,
        name="metrics.json",
    ),
    "github-seats-csv": Export(
        SEATS,
        "Report Time,Login,Last Authenticated At,Last Activity At,Last Surface Used\n"
        "2026-11-24T08:00:00Z,ada_c,2026-11-20T08:11:12Z,2026-11-23T17:03:22Z,vscode/1.105.0\n"
        "2026-11-24T08:00:00Z,bob_c,2026-10-02T08:11:12Z,None,None\n"
        "2026-11-24T08:00:00Z,cyd_c,,,\n",
        "ada_c 2026-11-23 shown 1",
        "2026-08-27 2026-11-24",
        3,
        2,
    ),
    "github-seats-json": Export(
        SEATS,
        json.dumps(
            {
                "total_seats": 2,
                "seats": [
                    {
                        "assignee": {"login": "ada_c", "id": 1},
                        "last_activity_at": "2026-11-23T17:03:22Z",
                        "last_activity_editor": "vscode/1.105.0",
                    },
                    {
                        "assignee": {"login": "bob_c", "id": 2},
                        "last_activity_at": None,
                        "last_activity_editor": None,
                    },
                ],
            }
        ),
        "ada_c 2026-11-23 shown 1",
        "2026-08-26 2026-11-23",
        2,
        1,
        name="seats.json",
    ),
    "github-premium": Export(
        PREMIUM,
        PREMIUM_HEAD
        + "2026-11-19,ada_c,copilot,copilot_premium_request,Claude Sonnet 4,3.6,requests,0.04,"
        + "0.144,0,0.144,False,1000,contoso,\n"
        + "2026-11-20,bob_c,copilot,copilot_premium_request,GPT-5,2,requests,0.04,0.08,0,0.08,"
        + "False,1000,contoso,\n",
        "ada_c 2026-11-19 shown 4\nbob_c 2026-11-20 shown 2",
        "2026-11-19 2026-11-20",
        2,
    ),
    "github-premium-american": Export(
        PREMIUM,
        "date,username,product,sku,model,quantity,exceeds_quota,total_monthly_quota\r\n"
        "5/29/26,ada_c,copilot,copilot_premium_request,GPT-5,1.0,FALSE,1000\r\n"
        "6/1/26,ada_c,copilot,copilot_premium_request,GPT-5,3,TRUE,300\r\n",
        "ada_c 2026-05-29 shown 1\nada_c 2026-06-01 shown 3",
        "2026-05-29 2026-06-01",
        2,
    ),
    "github-premium-by-request": Export(
        PREMIUM,
        '"Timestamp","User","Model","Requests Used","Exceeds Monthly Quota","Total Monthly Quota"\n'
        '"2026-06-11T05:13:27.8766440Z","ada_c","gpt-5","1","False","Unlimited"\n'
        '"2026-06-11T07:13:27.8766440Z","ada_c","gpt-5","1","False","Unlimited"\n',
        "ada_c 2026-06-11 shown 2",
        "2026-06-11 2026-06-11",
        2,
        folded=1,
    ),
    # ChatGPT Enterprise
    "chatgpt-weekly": Export(
        CHATGPT,
        CHATGPT_HEAD
        + "weekly,2026-11-16,2026-11-22,a,u1,Ada,Ada@x.com,enabled,1,2026-11-16,2026-11-20,41,\n"
        + "weekly,2026-11-16,2026-11-22,a,u2,Bob,bob@x.com,enabled,0,,,0,2026-10-02\n"
        + "weekly,2026-11-16,2026-11-22,a,u3,,cyd@x.com,pending,0,,,,\n"
        + "weekly,2026-11-16,2026-11-22,a,u4,Di,di@x.com,enabled,1,2026-11-17,2026-11-17,12.0,\n",
        """ada@x.com 2026-11-20 shown 41
        ada@x.com 2026-11-16 shown 1
        di@x.com 2026-11-17 shown 12""",
        "2026-11-16 2026-11-22",
        4,
        2,
    ),
    "chatgpt-monthly": Export(
        CHATGPT,
        CHATGPT_HEAD
        + "monthly,2026-11-01,2026-11-30,a,u1,Ada,ada@x.com,enabled,1,2026-11-02,2026-11-20,"
        + '"1,204",2026-11-20\n',
        "ada@x.com 2026-11-20 shown 1204\nada@x.com 2026-11-02 shown 1",
        "2026-11-01 2026-11-30",
        1,
    ),
    "chatgpt-cp1252": Export(
        CHATGPT,
        (
            CHATGPT_HEAD
            + "weekly,2026-11-16,2026-11-22,a,u1,Zoë,zoë@x.com,enabled,1,,2026-11-20,7,\n"
        ).encode("cp1252"),
        "zoë@x.com 2026-11-20 shown 7",
        "2026-11-16 2026-11-22",
        1,
    ),
    # Claude
    "claude-analytics": Export(
        "Claude Enterprise analytics, by user",
        json.dumps(
            {
                "data": [claude_user("ada@x.com", 8, 2, 1), claude_user("bob@x.com", 0)],
                "next_page": None,
            }
        ),
        """ada@x.com 2026-11-20 shown 8
        ada@x.com 2026-11-20 accepted 2
        ada@x.com 2026-11-20 overridden 1""",
        "2026-11-20 2026-11-20",
        2,
        1,
        name="users.json",
        how={"day": "2026-11-20"},
    ),
    "claude-analytics-pages": Export(
        "Claude Enterprise analytics, by user",
        json.dumps({"data": [claude_user("ada@x.com", 8)], "next_page": "p2"})
        + json.dumps({"data": [claude_user("bob@x.com", 3)], "next_page": None}),
        "ada@x.com 2026-11-20 shown 8\nbob@x.com 2026-11-20 shown 3",
        "2026-11-20 2026-11-20",
        2,
        name="users.json",
        how={"day": "2026-11-20"},
    ),
    "claude-code": Export(
        "Claude Code analytics",
        json.dumps(
            {
                "data": [
                    claude_code("ada@x.com", "vscode", 3, 5),
                    claude_code("ada@x.com", "tmux", 1, 4),
                    claude_code(None, "ci", 40, 9),
                ],
                "has_more": False,
                "next_page": None,
            }
        ),
        """ada@x.com 2026-11-20 shown 4
        ada@x.com 2026-11-20 accepted 13
        ada@x.com 2026-11-20 overridden 2""",
        "2026-11-20 2026-11-20",
        3,
        1,
        name="claude-code.json",
    ),
    "claude-spend": Export(
        "Claude spend report",
        "user_email,account_uuid,product,model,total_requests,total_prompt_tokens,"
        "total_completion_tokens,total_net_spend_usd,total_gross_spend_usd\n"
        "ada@x.com,u1,Chat,claude-sonnet-5,140,1000,100,1.25,2.50\n"
        "ada@x.com,u1,Claude Code,claude-opus-5,20,1000,100,1.25,2.50\n"
        "(org service usage),(org service),(other),,5,0,0,0.0,0.0\n",
        "ada@x.com 2026-11-23 shown 160",
        "2026-11-01 2026-11-23",
        3,
        1,
        name="spend-report-2026-11-01-to-2026-11-23.csv",
    ),
    "claude-audit-log": Export(
        "Claude audit log",
        "created_at,actor_info,event,event_info,entity_info,ip_address,client_platform\n"
        + AUDIT.format("2026-11-20T02:45:39.374856Z", "conversation_created")
        + AUDIT.format("2026-11-20T09:45:39.374856Z", "conversation_created")
        + AUDIT.format("2026-11-21T02:45:39.374856Z", "user_signed_in_sso")
        + "2026-11-21T02:45:39.374856Z,,conversation_created,{},{},,\n",
        "ada@x.com 2026-11-20 shown 2",
        "2026-11-20 2026-11-21",
        4,
        1,
        1,
        1,
    ),
    # Gemini
    "gemini-usage": Export(
        "Gemini usage, by user",
        "Email,Overall usage,Active days,Gmail,Docs,Sheets,Slides,Drive,Meet,Gemini app\n"
        "ada@x.com,40,8,10,10,0,0,0,0,20\nbob@x.com,0,0,0,0,0,0,0,0,0\n",
        "ada@x.com 2026-11-22 shown 5",
        "2026-10-26 2026-11-22",
        2,
        1,
        how={"day": "2026-11-22"},
    ),
    "gemini-activity": Export(
        "Gemini activity of the Reports API",
        json.dumps(
            {
                "kind": "admin#reports#activities",
                "items": [
                    gemini_action("ada@x.com", 1),
                    gemini_action("ada@x.com", 2),
                    gemini_action("bob@x.com", 3, "inactive"),
                ],
            }
        ),
        "ada@x.com 2026-11-20 shown 2",
        "2026-11-20 2026-11-20",
        3,
        1,
        name="activity.json",
    ),
    # Any other tool
    "events-with-ids": Export(
        EVENTS,
        "id,tool,person,day,event,count\n1,Bot,ada,2026-11-20,accepted,2\n"
        "2,Bot,ada,2026-11-20,accepted,3\n",
        "ada 2026-11-20 accepted 5",
        "2026-11-20 2026-11-20",
        2,
    ),
    "events-without-ids": Export(
        EVENTS,
        "Tool,Person,Day,Event,Channel\nBot,ada@x.com,2026-11-20T08:01:00Z,accepted,web\n"
        "Bot,ada@x.com,2026-11-20T09:15:00Z,accepted,web\n"
        "Bot,Ada@x.com,2026-11-24T09:15:00Z,accepted,web\n",
        "ada@x.com 2026-11-20 accepted 2\nada@x.com 2026-11-24 accepted 1",
        "2026-11-20 2026-11-24",
        3,
        folded=1,
    ),
    "events-below-a-preamble": Export(
        EVENTS,
        "Usage report generated 2026-11-24\n\nTool,Person,Day,Event,Count\n"
        "Bot,ada@x.com,2026-11-20,accepted,3\n",
        "ada@x.com 2026-11-20 accepted 3",
        "2026-11-20 2026-11-20",
        1,
    ),
    "events-of-teams": Export(
        EVENTS,
        "tool|team|day|event|count\nBot|Sales|20 Nov 2026|shown|1 204\n"
        "Bot|N/A|20 Nov 2026|shown|1\n",
        "team:sales 2026-11-20 shown 1204",
        "2026-11-20 2026-11-20",
        2,
        rejected=1,
    ),
    "described": Export(
        "helpdesk",
        "Dept;When;What;N\nLaw;16/11/2026;rejected;1.204\nLaw;17/11/2026;Accepted;4,0\n",
        "team:law 2026-11-16 overridden 1204\nteam:law 2026-11-17 accepted 4",
        "2026-11-16 2026-11-17",
        2,
        how={
            "mapping": 'source = "helpdesk"\ntool = "Helper"\nteam = "Dept"\nday = "When"\n'
            'event = "What"\ncount = "N"\n[event_names]\nrejected = "overridden"\n'
        },
    ),
}
