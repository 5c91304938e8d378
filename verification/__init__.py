"""Checks of the theory: claims, oracles, judge, report."""
