"""Archives with known truth: edited newsreels, drawn and encoded here, and what is true of every shot of them.

`archive.simulate` makes one; `truth` says what lies beside its videos; `captions` words a fact in English and Spanish.
"""
