"""Who did what, when, from where and why: append-only, chained, checked against the rows and files themselves."""
