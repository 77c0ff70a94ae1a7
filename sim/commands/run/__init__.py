"""`qcap run`: simulate a scenario, keep the results, show the screen."""
