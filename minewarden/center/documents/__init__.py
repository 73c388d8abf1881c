"""Documents (文书): Word from templates that an office edits, numbered without gaps."""
