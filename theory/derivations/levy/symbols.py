"""Levy: what is printed and is no result."""

from __future__ import annotations

DEFINITIONS = (
    ("section 2.1: model", "a definition: x given z is drawn from p(x|z)"),
    ("section 2.1: log-likelihood", "a definition: the sum over the data of log p(x_i)"),
    ("section 2.1: definition of KL", "a definition: the KL divergence"),
    ("section 2.2: amortisation", "a design: posteriors by a function of x"),
    ("section 2.4: objective", "a definition: the problem to be solved"),
    ("section 2.4: constraint", "a definition: the constraint of the problem"),
    ("section 2.4.1: disentanglement metric", "a procedure"),
    ("section 3.2: figure 5", "an experiment"),
    ("section 4: figure 7", "an experiment"),
)
