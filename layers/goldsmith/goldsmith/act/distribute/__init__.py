"""Copies AMIs to other regions, a limited number at once."""
