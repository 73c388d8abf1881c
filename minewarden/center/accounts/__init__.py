"""Accounts beyond name and password: second factor, sessions, deputies, tokens of integrations."""
