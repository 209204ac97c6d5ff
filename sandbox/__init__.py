"""The embedded AWS with Goldsmith deployed to it: `make local`, and what tests and the demo deploy with."""
