"""`qcap check`: is a scenario in order, and what do its values alone lead to."""
