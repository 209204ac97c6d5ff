"""The commands on versions: explain, plan, hold, undo."""
