"""Training of the starter detector. Not part of the shipped package: PyTorch is needed here only."""
