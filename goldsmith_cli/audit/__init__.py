"""`goldsmith audit`: which AMIs of any account nobody uses."""
