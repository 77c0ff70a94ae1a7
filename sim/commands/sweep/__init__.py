"""`qcap sweep` and `qcap merge`: a scenario at many settings."""
