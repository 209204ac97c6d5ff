"""Goldsmith's domain.  Read `lifecycle.py` first; docs/find-the-rule.md has a picture of the packages."""
