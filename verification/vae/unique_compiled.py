"""Gradient descent of stacked two-dimensional VAEs as loops that numba compiles, by closed-form gradients.

Each output of the decoder is a function of one Gaussian, u = a.z ~ N(m, s^2), so an expectation is a sum over the nodes
m + s t of a rule on the line. For the hyperbolic tangent tanh(m + s t) comes from tanh(m) by the addition formula, for
the exponential it is a product: one exponential a sample serves all nodes.
"""

from __future__ import annotations

from importlib import import_module
from math import factorial, log
from typing import Any

import numpy as np

Array = Any

BLOCK = 256  # samples whose intermediate values stay in the cache
LOG2_E = 1.4426950408889634
IDENTITY, TANH, ELU, SIGMOID = range(4)
KINDS = {"identity": IDENTITY, "tanh": TANH, "elu": ELU, "sigmoid": SIGMOID}
# no NaN reaches the loops' comparisons; infinite values keep their meaning
FAST = {"reassoc", "contract", "arcp", "nsz", "nnan"}

try:
    njit: Any = import_module("numba").njit
except ImportError:
    njit = None


def available() -> bool:
    """Whether numba is there; without it torch takes the steps."""
    return njit is not None


def compile_lazily(function: Any) -> Any:
    """The function, compiled at its first call and kept on disk where a folder can be written."""
    if njit is None:
        return function
    try:
        return njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)(function)
    except RuntimeError:
        return njit(nogil=True, error_model="numpy", fastmath=FAST)(function)


def series(kind: Any) -> Array:
    """The series of 2^f for abs(f) <= 1/2, to the digits of float32."""
    return np.array([log(2) ** n / factorial(n) for n in range(8)], kind)


@compile_lazily
def exponentials(x: Array, bits: Array, terms: Array) -> None:
    """e^x in place."""
    real = x.dtype.type
    kind = np.finfo(x.dtype)
    shift, bias = kind.nmant, kind.maxexp - 1
    scales = bits.view(x.dtype)
    for i in range(len(x)):
        r = min(max(x[i] * real(LOG2_E), real(-100)), real(100))
        whole = np.int32(np.floor(r + real(0.5)))
        x[i] = r - real(whole)
        bits[i] = (int(whole) + bias) << shift
    for i in range(len(x)):
        f = x[i]
        p = (((terms[7] * f + terms[6]) * f + terms[5]) * f + terms[4]) * f + terms[3]
        x[i] = (((p * f + terms[2]) * f + terms[1]) * f + terms[0]) * scales[i]


@compile_lazily
def hyperbolic(scale: Any, m: Array, E: Array, bits: Array, terms: Array) -> None:
    """tanh(scale m) into E."""
    real = m.dtype.type
    for i in range(len(m)):
        E[i] = real(2 * scale) * m[i]
    exponentials(E, bits, terms)
    for i in range(len(m)):
        E[i] = real(1) - real(2) / (real(1) + E[i])


@compile_lazily
def shared(
    shape: Any, s: Any, target: Array, m: Array, slope: Array, E: Array, bits: Array, terms: Array, rule: Array
) -> tuple[Any, Any]:
    """The mean over u = m + s t of (nu(u) - target) nu'(u) into ``slope``, for samples that share s.

    Answers with the sums over samples of the mean of that times t, and of nu(u) - target. ``shape`` is (kind, scale,
    half, shift): nu(u) = shift + half tanh(scale u) but for elu; ``rule`` holds the positive half of nodes, weights.
    """
    kind, scale, half, shift = shape
    real = m.dtype.type
    one, along, off = m.dtype.type(1), real(0), real(0)
    for i in range(len(m)):
        slope[i] = real(0)
    if kind == ELU:
        for i in range(len(m)):
            E[i] = min(m[i], real(40))
        exponentials(E, bits, terms)
        for side in (-1.0, 1.0):
            for k in range(rule.shape[1]):
                t, w = real(side * rule[0, k]), real(rule[1, k])
                c, grown = real(s * t), real(np.exp(s * t))
                for i in range(len(m)):
                    u, e = m[i] + c, E[i] * grown
                    miss = (u if u > 0 else e - one) - target[i]
                    h = w * miss * (one if u > 0 else e)
                    slope[i] += h
                    along += t * h
                    off += w * miss
        return along, off
    hyperbolic(scale, m, E, bits, terms)
    high, low, factor = real(half), real(shift), real(half * scale)
    for k in range(rule.shape[1]):
        t, w = real(rule[0, k]), real(rule[1, k])
        c = real(np.tanh(scale * s * rule[0, k]))
        for i in range(len(m)):
            product = E[i] * c
            inverse = one / (one - product * product)
            right, left = (E[i] + c) * (one - product) * inverse, (E[i] - c) * (one + product) * inverse
            miss_right, miss_left = high * right + low - target[i], high * left + low - target[i]
            h_right, h_left = w * miss_right * (one - right * right), w * miss_left * (one - left * left)
            slope[i] += factor * (h_right + h_left)
            along += t * (h_right - h_left)
            off += w * (miss_right + miss_left)
    return along * factor, off


@compile_lazily
def apart(
    shape: Any, s: Array, target: Array, m: Array, slope: Array, along: Array, E: Array, C: Array, bits: Array,
    terms: Array, rule: Array,
) -> Any:  # fmt: skip
    """As ``shared`` for samples with an s each: the mean of (nu(u) - target) nu'(u) t goes into ``along``."""
    kind, scale, half, shift = shape
    real = m.dtype.type
    one, off = m.dtype.type(1), real(0)
    for i in range(len(m)):
        slope[i] = along[i] = real(0)
    if kind == IDENTITY:
        for i in range(len(m)):
            miss = m[i] - target[i]
            slope[i], along[i] = miss, s[i]
            off += miss
        return off
    if kind == ELU:
        for i in range(len(m)):
            E[i] = min(m[i], real(40))
        exponentials(E, bits, terms)
        for k in range(rule.shape[1]):
            t, w = real(rule[0, k]), real(rule[1, k])
            for i in range(len(m)):
                C[i] = s[i] * t
            exponentials(C, bits, terms)
            for i in range(len(m)):
                right, left = m[i] + s[i] * t, m[i] - s[i] * t
                e_right, e_left = E[i] * C[i], E[i] / C[i]
                miss_right = (right if right > 0 else e_right - one) - target[i]
                miss_left = (left if left > 0 else e_left - one) - target[i]
                h_right = w * miss_right * (one if right > 0 else e_right)
                h_left = w * miss_left * (one if left > 0 else e_left)
                slope[i] += h_right + h_left
                along[i] += t * (h_right - h_left)
                off += w * (miss_right + miss_left)
        return off
    hyperbolic(scale, m, E, bits, terms)
    high, low, factor = real(half), real(shift), real(half * scale)
    for k in range(rule.shape[1]):
        t, w = real(rule[0, k]), real(rule[1, k])
        hyperbolic(scale * t, s, C, bits, terms)
        for i in range(len(m)):
            product = E[i] * C[i]
            inverse = one / (one - product * product)
            right, left = (E[i] + C[i]) * (one - product) * inverse, (E[i] - C[i]) * (one + product) * inverse
            miss_right, miss_left = high * right + low - target[i], high * left + low - target[i]
            h_right, h_left = w * miss_right * (one - right * right), w * miss_left * (one - left * left)
            slope[i] += factor * (h_right + h_left)
            along[i] += factor * t * (h_right - h_left)
            off += w * (miss_right + miss_left)
    return off


@compile_lazily
def chain(
    p: Array, g: Array, G: Array, sums: Array, Sigma: Array, into: Array, moments: Array, beta: Any, mean_field: Any
) -> None:
    """The gradient ``g`` in A, b, C, d, L from that of each output: G in a C, a d; ``sums`` in s = |L' a| and b."""
    m0, m1, s00, s01, s11 = moments
    det = Sigma[0, 0] * Sigma[1, 1] - Sigma[0, 1] * Sigma[1, 0]
    # d/d Sigma, of which the KL term gives beta (I - Sigma^-1) / 2
    into[0, 0] = 0.5 * beta * (1 - Sigma[1, 1] / det)
    into[1, 1] = 0.5 * beta * (1 - Sigma[0, 0] / det)
    into[0, 1] = 0.5 * beta * Sigma[0, 1] / det
    for l in range(2):
        c0, c1, d = p[6 + 2 * l], p[7 + 2 * l], p[10 + l]
        g[6 + 2 * l] = beta * (c0 * s00 + c1 * s01 + d * m0)
        g[7 + 2 * l] = beta * (c0 * s01 + c1 * s11 + d * m1)
        g[10 + l] = beta * (c0 * m0 + c1 * m1 + d)
    for j in range(2):
        a0, a1 = p[2 * j], p[2 * j + 1]
        variance = a0 * a0 * Sigma[0, 0] + 2 * a0 * a1 * Sigma[0, 1] + a1 * a1 * Sigma[1, 1]
        each = sums[j, 0] / np.sqrt(variance)
        into[0, 0] += 0.5 * each * a0 * a0
        into[1, 1] += 0.5 * each * a1 * a1
        into[0, 1] += 0.5 * each * a0 * a1
        g[4 + j] = sums[j, 1]
        for l in range(2):
            a = p[2 * j + l]
            Sa = Sigma[l, 0] * a0 + Sigma[l, 1] * a1
            g[2 * j + l] = p[6 + 2 * l] * G[j, 0] + p[7 + 2 * l] * G[j, 1] + p[10 + l] * G[j, 2] + each * Sa
            g[6 + 2 * l] += a * G[j, 0]
            g[7 + 2 * l] += a * G[j, 1]
            g[10 + l] += a * G[j, 2]
    into[0, 1] = 0.0 if mean_field else into[0, 1]
    for k in range(2):
        g[12 + k] = 2 * (into[0, 0] * p[12 + k] + into[0, 1] * p[14 + k])
        g[14 + k] = 2 * (into[0, 1] * p[12 + k] + into[1, 1] * p[14 + k])


@compile_lazily
def amortised(
    x: Array, moments: Array, theta: Array, velocity: Array, steps: Any, rate: Any, momentum: Any, beta: Any,
    mean_field: Any, shape: Any, rule: Array, terms: Array,
) -> None:  # fmt: skip
    """``steps`` of every run, in place: x (R, 2, N), moments (R, 5) and theta (R, 16): A, b, C, d, L with Sigma = L L'.

    The objective is the mean over x of E |x - nu(A z) - b|^2 / 2 + beta KL. Of the data the KL term needs the means and
    second moments only, the identity nothing else at all.
    """
    R, _, N = x.shape
    m, target, slope, E = (
        np.empty(BLOCK, x.dtype),
        np.empty(BLOCK, x.dtype),
        np.empty(BLOCK, x.dtype),
        np.empty(BLOCK, x.dtype),
    )
    bits = np.empty(BLOCK, np.int32)
    G, sums, g = np.empty((2, 3)), np.empty((2, 2)), np.empty(16)
    Sigma, into = np.empty((2, 2)), np.empty((2, 2))
    for run in range(R):
        p, v = theta[run], velocity[run]
        m0, m1, s00, s01, s11 = moments[run]
        for _ in range(steps):
            Sigma[0, 0], Sigma[1, 1] = p[12] ** 2 + p[13] ** 2, p[14] ** 2 + p[15] ** 2
            Sigma[0, 1] = 0.0 if mean_field else p[12] * p[14] + p[13] * p[15]
            Sigma[1, 0] = Sigma[0, 1]
            for j in range(2):
                a0, a1 = p[2 * j], p[2 * j + 1]
                P0, P1 = a0 * p[6] + a1 * p[8], a0 * p[7] + a1 * p[9]
                q = a0 * p[10] + a1 * p[11]
                b = p[4 + j]
                variance = a0 * a0 * Sigma[0, 0] + 2 * a0 * a1 * Sigma[0, 1] + a1 * a1 * Sigma[1, 1]
                s = np.sqrt(variance)
                if shape[0] == IDENTITY:
                    k0, k1 = P0 - (1.0 - j), P1 - j
                    c = q + b
                    G[j, 0] = k0 * s00 + k1 * s01 + c * m0
                    G[j, 1] = k0 * s01 + k1 * s11 + c * m1
                    G[j, 2] = k0 * m0 + k1 * m1 + c
                    sums[j, 0], sums[j, 1] = s, G[j, 2]
                    continue
                G[j, :] = 0.0
                sums[j, :] = 0.0
                f0, f1, fq, fb = x.dtype.type(P0), x.dtype.type(P1), x.dtype.type(q), x.dtype.type(b)
                for start in range(0, N, BLOCK):
                    n = min(BLOCK, N - start)
                    x0, x1, own = (
                        x[run, 0, start : start + n],
                        x[run, 1, start : start + n],
                        x[run, j, start : start + n],
                    )
                    for i in range(n):
                        m[i] = f0 * x0[i] + f1 * x1[i] + fq
                        target[i] = own[i] - fb
                    along, off = shared(shape, s, target[:n], m[:n], slope[:n], E[:n], bits[:n], terms, rule)
                    t0, t1, t2 = x.dtype.type(0), x.dtype.type(0), x.dtype.type(0)
                    for i in range(n):
                        t0 += slope[i] * x0[i]
                        t1 += slope[i] * x1[i]
                        t2 += slope[i]
                    G[j, 0] += t0 / N
                    G[j, 1] += t1 / N
                    G[j, 2] += t2 / N
                    sums[j, 0] += along / N
                    sums[j, 1] += off / N
            chain(p, g, G, sums, Sigma, into, moments[run], beta, mean_field)
            for i in range(16):
                v[i] = momentum * v[i] - rate * g[i]
                p[i] += v[i]


@compile_lazily
def unamortised(
    x: Array, local: Array, local_velocity: Array, theta: Array, velocity: Array, steps: Any, rate: Any, momentum: Any,
    beta: Any, mean_field: Any, shape: Any, rule: Array, terms: Array,
) -> None:  # fmt: skip
    """``steps`` of every run, in place: x (R, 2, N), local (R, 6, N) of mu_i and L_i, theta (R, 6) of A and b.

    A and b go down the mean over the data, mu_i and L_i down the terms of their own datum.
    """
    R, _, N = x.shape
    m, target, E, C = (
        np.empty(BLOCK, x.dtype),
        np.empty(BLOCK, x.dtype),
        np.empty(BLOCK, x.dtype),
        np.empty(BLOCK, x.dtype),
    )
    slope, each = np.empty((2, BLOCK), x.dtype), np.empty((2, BLOCK), x.dtype)
    s, bits, g = np.empty(BLOCK, x.dtype), np.empty(BLOCK, np.int32), np.empty(6)
    real = x.dtype.type
    go, keep, B, tiny = real(rate), real(momentum), real(beta), real(1e-30)
    for run in range(R):
        p, v = theta[run], velocity[run]
        for _ in range(steps):
            g[:] = 0.0
            for start in range(0, N, BLOCK):
                n = min(BLOCK, N - start)
                stop = start + n
                here, moving = local[run, :, start:stop], local_velocity[run, :, start:stop]
                u0, u1, l00, l01, l10, l11 = here[0], here[1], here[2], here[3], here[4], here[5]
                for j in range(2):
                    a0, a1, b = real(p[2 * j]), real(p[2 * j + 1]), real(p[4 + j])
                    own = x[run, j, start:stop]
                    for i in range(n):
                        m[i] = a0 * u0[i] + a1 * u1[i]
                        target[i] = own[i] - b
                        if mean_field:
                            S0, S1 = l00[i] * l00[i] + l01[i] * l01[i], l10[i] * l10[i] + l11[i] * l11[i]
                            s[i] = np.sqrt(a0 * a0 * S0 + a1 * a1 * S1 + tiny)
                        else:
                            w0, w1 = l00[i] * a0 + l10[i] * a1, l01[i] * a0 + l11[i] * a1
                            s[i] = np.sqrt(w0 * w0 + w1 * w1 + tiny)
                    off = apart(
                        shape, s[:n], target[:n], m[:n], slope[j, :n], each[j, :n], E[:n], C[:n], bits[:n], terms, rule
                    )
                    g[4 + j] += off / N
                    h0, h1 = real(0), real(0)
                    for i in range(n):
                        e = each[j, i] / s[i]
                        each[j, i] = e
                        if mean_field:
                            S0, S1 = l00[i] * l00[i] + l01[i] * l01[i], l10[i] * l10[i] + l11[i] * l11[i]
                            h0 += slope[j, i] * u0[i] + e * S0 * a0
                            h1 += slope[j, i] * u1[i] + e * S1 * a1
                        else:
                            w0, w1 = l00[i] * a0 + l10[i] * a1, l01[i] * a0 + l11[i] * a1
                            h0 += slope[j, i] * u0[i] + e * (l00[i] * w0 + l01[i] * w1)
                            h1 += slope[j, i] * u1[i] + e * (l10[i] * w0 + l11[i] * w1)
                    g[2 * j] += h0 / N
                    g[2 * j + 1] += h1 / N
                a, b, c, d = real(p[0]), real(p[1]), real(p[2]), real(p[3])
                for i in range(n):
                    moving[0, i] = keep * moving[0, i] - go * (a * slope[0, i] + c * slope[1, i] + B * u0[i])
                    moving[1, i] = keep * moving[1, i] - go * (b * slope[0, i] + d * slope[1, i] + B * u1[i])
                    H00 = a * a * each[0, i] + c * c * each[1, i] + B
                    H11 = b * b * each[0, i] + d * d * each[1, i] + B
                    if mean_field:
                        S0, S1 = l00[i] * l00[i] + l01[i] * l01[i], l10[i] * l10[i] + l11[i] * l11[i]
                        f0, f1 = H00 - B / S0, H11 - B / S1
                        d00, d01, d10, d11 = f0 * l00[i], f0 * l01[i], f1 * l10[i], f1 * l11[i]
                    else:
                        H01 = a * b * each[0, i] + c * d * each[1, i]
                        over = B / (l00[i] * l11[i] - l01[i] * l10[i])
                        d00, d01 = (
                            H00 * l00[i] + H01 * l10[i] - over * l11[i],
                            H00 * l01[i] + H01 * l11[i] + over * l10[i],
                        )
                        d10, d11 = (
                            H01 * l00[i] + H11 * l10[i] + over * l01[i],
                            H01 * l01[i] + H11 * l11[i] - over * l00[i],
                        )
                    moving[2, i] = keep * moving[2, i] - go * d00
                    moving[3, i] = keep * moving[3, i] - go * d01
                    moving[4, i] = keep * moving[4, i] - go * d10
                    moving[5, i] = keep * moving[5, i] - go * d11
                for row in range(6):
                    for i in range(n):
                        here[row, i] += moving[row, i]
            for i in range(6):
                v[i] = momentum * v[i] - rate * g[i]
                p[i] += v[i]
