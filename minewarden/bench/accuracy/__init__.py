"""How good each scene is: clips whose truth is known, watched by the real pipeline, compared with what was told."""
