"""`qcap compare`: scenarios against one base, for the same travellers."""
