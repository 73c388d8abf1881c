"""Notices to people: in the page, by apprise, a digest a day."""
