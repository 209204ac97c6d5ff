"""What a channel points to now."""
