"""What the page Photos shows: the groups of a collection, its map, single photos; and what is made of a selection."""
