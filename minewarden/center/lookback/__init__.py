"""Look-back (回头看): campaigns that check closed cases again."""
