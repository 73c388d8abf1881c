"""Template tags of the resident teams."""
