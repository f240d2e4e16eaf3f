"""`bench gpu`: all that a machine with a GPU has to show, in less than ten minutes.

Each part is a process of its own with a limit of its own (`parts.py`): one that hangs or fails loses itself alone, and
of itself only what it had not noted yet.
"""
