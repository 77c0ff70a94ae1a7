"""How quick the program is, as ratios within one run: `qcap benchmark`."""
