"""Search by words: texts → terms → BM25 weights as a sparse vector, and which words of a text a question matched.

What changes the terms or weights of the same text raises `spaces.LAYOUT`, so that every archive is indexed anew.
"""
