"""Hoffman, Riquelme and Johnson: The beta-VAE's Implicit Prior. One module a stretch of the paper."""
