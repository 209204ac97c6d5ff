"""Decisions.  Pure functions: facts, rules and the time in, a verdict out.  No AWS, no clock, no logging."""
