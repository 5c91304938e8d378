"""Levy, *beta-VAE*: every displayed formula as printed, and what the text says in between."""
