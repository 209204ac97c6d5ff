"""Sets the pointers of a channel, and releases what they point to."""
