"""Who uses which image?  One file per place where an image can be named; each reads that place to its end."""
