"""Launches hosts, runs commands on them, stores what they say, terminates them."""
