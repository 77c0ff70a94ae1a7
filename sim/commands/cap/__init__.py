"""`qcap cap`: up to how many arrivals a target holds."""
