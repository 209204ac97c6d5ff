"""Makes an AMI of a stopped builder."""
