"""What the rules say: TOML files and one loader."""
