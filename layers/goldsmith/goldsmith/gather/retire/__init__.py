"""What a sweep reads: inventories, who is due, and what could have changed since."""
