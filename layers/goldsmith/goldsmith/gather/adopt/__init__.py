"""What is known of an AMI of another builder."""
