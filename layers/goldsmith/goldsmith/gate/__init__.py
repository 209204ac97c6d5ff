"""The gate: which findings and facts block a version, and the change card that shows them to people."""
