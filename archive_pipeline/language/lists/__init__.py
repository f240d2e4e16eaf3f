"""The list that an archive keeps of its videos, a CSV of its own: read, and joined to what lies in the source."""
