"""Takes in a recipe: checks the upload, accepts it, sets its schedule."""
