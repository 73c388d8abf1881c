"""Organisations, mines, places, cameras, people and their roles: who there is and who may see what."""
