"""`qcap brief`: results folders as one page for a meeting, in a browser."""
