"""`qcap tornado`: which assumption matters."""
