"""The page for writing hazards down without a network: installable, with its service worker and what it sends to."""
