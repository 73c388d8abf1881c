"""Template tags of workbooks."""
