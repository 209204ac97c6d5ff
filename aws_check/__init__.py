"""Asks AWS itself, without deploying anything, whether it accepts what `make lint` and the embedded AWS accept."""
