"""How quick the program is, as ratios within one run: `qcap benchmark`. Needs a checkout: scenarios/ is read."""
