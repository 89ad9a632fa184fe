"""Alerts: what admins should know at once."""

from __future__ import annotations

from adoption.reports.alerts.alerts import Alert, alerts_of, keep_alert, new_alerts
from adoption.reports.alerts.silent_tools import silent_tools

__all__ = ["Alert", "alerts_of", "keep_alert", "new_alerts", "silent_tools"]
