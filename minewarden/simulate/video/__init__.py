"""Surveillance video that is drawn, not filmed, so that the truth about every frame is known."""
