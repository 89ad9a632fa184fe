"""Payloads with Slack's signature that Slack would never send: forged, malformed, sent again."""
