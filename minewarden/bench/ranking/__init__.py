"""How well the watch list finds planted bad mines, and what its parts do on a real hazard record."""
