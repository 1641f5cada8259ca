"""Shared by all tests."""

# a foreign distribution: installed and tested by test_team_plugin.py, where its own function is registered
collect_ignore = ["team_plugin"]
