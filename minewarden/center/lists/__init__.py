"""What every list shares: saved views, choice of columns, actions on many rows."""
