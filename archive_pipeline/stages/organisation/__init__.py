"""The organisation of a collection: what its pictures show, in groups; looked for in the whole, or brought up to date.

A picture is a photo of a photo collection or a shot of a video collection.
"""
