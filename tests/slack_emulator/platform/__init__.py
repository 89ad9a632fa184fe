"""Tests of slack_emulator.platform."""
