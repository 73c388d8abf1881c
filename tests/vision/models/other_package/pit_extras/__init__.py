"""A decoder and a scene that are not part of Minewarden."""
