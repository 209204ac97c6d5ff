"""Where a version goes, and what arrived there."""
