"""Draws the world: things as sprites, places as backdrops, light and weather over them, a scene as one picture."""
