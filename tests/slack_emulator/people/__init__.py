"""Tests of slack_emulator.people."""
