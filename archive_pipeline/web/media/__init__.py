"""Moving pictures for a browser: the sources where it can play them, clips made on demand where it cannot."""
