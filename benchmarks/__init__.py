"""How fast it is, as ratios of things measured in the same run: `make bench`."""
