"""The loop: whatever must be put right, from found to looked back at."""
