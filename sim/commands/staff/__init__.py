"""`qcap staff`: the smallest staffing that holds, with its proof."""
