"""Video in, events out: a library without web or database."""
