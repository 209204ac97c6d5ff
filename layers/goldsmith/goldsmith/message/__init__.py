"""Messages: an event as a text for the owner of the image."""
