"""Shared by all tests."""

from hypothesis import settings

# a foreign distribution: installed and tested by test_team_plugin.py, where its own function is registered
collect_ignore = ["team_plugin"]

settings.register_profile("any-machine", deadline=None)  # a busy one takes long over what is right
settings.load_profile("any-machine")
