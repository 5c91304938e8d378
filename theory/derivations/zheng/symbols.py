"""Zheng, Variational autoencoder and friends: the laws (1)-(11) that every derivation of the note speaks of."""

from __future__ import annotations

from typing import Any

from theory.derivations.vocabulary import KL, Law, Mean, Named, PositiveNamed, letter

x, z = letter("x"), letter("z")
P_0, P_theta = Law("P_0", z), Law("P_theta", x, given=z)
P_data, Q = Law(r"P_{\mathrm{data}}", x), Law("Q_phi", z, given=x)


def P_dec(z: Any) -> Any:
    """(4): the decoder's joint law of x and z."""
    return PositiveNamed(rf"P_{{\mathrm{{dec}}}}(x, {z})", P_theta(x, given=z) * P_0(z))


def P_enc(z: Any) -> Any:
    """(9): the encoder's joint law of x and z."""
    return PositiveNamed(rf"P_{{\mathrm{{enc}}}}(x, {z})", Q(z, given=x) * P_data(x))


evidence = PositiveNamed(r"P_{\mathrm{dec}}(x)", Mean(P_theta(x, given=z), z, P_0(z)))
true_posterior = PositiveNamed(r"P_{\mathrm{dec}}(z \mid x)", P_dec(z) / evidence)
aggregate = PositiveNamed(r"P_{\mathrm{enc}}(z)", Mean(Q(z, given=x), x, P_data(x)))
inverted = PositiveNamed(r"P_{\mathrm{enc}}(x \mid z)", P_enc(z) / aggregate)

DEFINITIONS = (
    ("(1)", "a definition: the prior is N(0, I)"),
    ("(2)", "a definition: the decoder is N(mu_theta(z), I)"),
    ("(3)", "a definition: the generative mutual information"),
    ("(4)", "a definition: the decoder's joint law"),
    ("(7)", "a definition: the encoder is N(mu_phi(x), diag sigma_phi^2(x))"),
    ("(8)", "a definition: the representative mutual information"),
    ("(9)", "a definition: the encoder's joint law"),
)


def over_data(body: Any) -> Any:
    """E over x ~ P_data."""
    return Mean(body, x, P_data(x))


def over_encoder(body: Any) -> Any:
    """E over x ~ P_data and z ~ Q(z|x)."""
    return over_data(Mean(body, z, Q(z, given=x)))


Div = Named(r"\mathrm{Div}", over_data(KL(Q(z, given=x), P_0(z), z)))
Aggdiv = Named(r"\mathrm{Aggdiv}", KL(aggregate, P_0(z), z))
