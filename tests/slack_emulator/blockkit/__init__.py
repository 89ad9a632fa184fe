"""Tests of slack_emulator.blockkit."""
