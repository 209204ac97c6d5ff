"""What scans and test hosts have shown, and the released image they are compared with."""
