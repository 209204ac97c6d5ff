"""What a build will do: its recipe, base images and version."""
