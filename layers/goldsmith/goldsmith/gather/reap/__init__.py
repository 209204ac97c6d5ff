"""What runs have left behind."""
