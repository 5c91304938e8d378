"""The formulas of each source exactly as printed, right or wrong: one module a source, one function an equation.

They are what the claims judge. Where a printed formula fails, the true one stands in `theory` proper.
"""
