"""Tests of slack_emulator.api."""
