"""Template tags of escalation."""
