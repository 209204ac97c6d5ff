"""Starts runs, lets them wait, and ends what they leave behind."""
