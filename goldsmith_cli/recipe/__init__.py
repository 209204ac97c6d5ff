"""The commands on recipes: validate, apply, check a root, test hosts."""
