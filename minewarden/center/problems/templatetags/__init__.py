"""Template tags of systemic problems."""
