"""The demonstration: an invented province in a real office, its cameras rendered and really watched."""
