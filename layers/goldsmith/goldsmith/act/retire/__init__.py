"""Carries out what was decided on old versions, snapshots and launch template versions."""
