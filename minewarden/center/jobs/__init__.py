"""Work in the background: a table of jobs and one loop that any number of processes may run."""
