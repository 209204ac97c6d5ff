"""Which images a failed launch needs."""
