"""Deeds that take more than one call.  Each sets a value, so that doing it twice is harmless."""
