"""Approximate Bayesian computation: what settings of a simulation agree with figures, from numbers alone.

No measure and no scenario is known here. An *unknown* is a number with a prior; all are drawn on one scale, on which
the prior is a standard normal, so that bounds are never crossed and priors of every kind look alike. A *rule* is a
choice among categories; rules are numbered from 0 and never averaged. A *history* is one row of a reference table:
where it was drawn, and the figures (summaries) that came out.
"""
