"""Zheng: Variational autoencoder and friends. One module a stretch of the note."""
