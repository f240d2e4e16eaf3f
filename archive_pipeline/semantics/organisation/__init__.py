"""Collections that organise themselves: groups in three levels, names that stay theirs, near-duplicates and bursts.

Plain functions on arrays, one row a picture, whatever is pictured: photos of a collection, shots of many videos.
"""
