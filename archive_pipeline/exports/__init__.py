"""Handing on: shots, and videos with all that is known of them, as the files that other programs read.

A file a format; `formats.py` lists them. Every one is a function of a `Selection` that returns bytes. What lies in the
archive is collected elsewhere (`web/selections.py`).
"""
