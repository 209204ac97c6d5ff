"""Recipes: what a team commits, how it is read, and what is said when it is wrong."""
