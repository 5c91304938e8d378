"""Claims about the fast sums over all pairs of samples and posteriors."""
