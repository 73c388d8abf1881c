"""Major hazards after the law: order, listing, removal, publication, the quarterly report of each mine."""
