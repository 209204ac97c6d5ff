"""`make demo`: patch day on an embedded AWS of its own."""
