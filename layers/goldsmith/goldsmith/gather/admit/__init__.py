"""What is known when a build is requested."""
