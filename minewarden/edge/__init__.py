"""The watch beside the cameras: which camera when, evidence, spool, delivery."""
