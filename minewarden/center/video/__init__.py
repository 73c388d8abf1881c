"""What the machines saw: events, review, camera health, live state."""
