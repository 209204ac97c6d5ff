"""Brings a version back, and holds one."""
