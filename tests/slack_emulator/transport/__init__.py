"""Tests of slack_emulator.transport."""
