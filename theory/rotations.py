r"""What rotating the latents of a model does to its mean-field posteriors, and the angle by which latents are rotated.

Feed the decoder U z in place of z, and a posterior N(m, Sigma) becomes N(U'm, U'Sigma U): the model explains the data
as well as before, but independent latents explain its posterior less well.
"""

from __future__ import annotations

import numpy as np

from theory.arrays import Array, arctan2, as_float, degrees, eye_like, floor, log, log_det, sin, solve, total
from theory.maps import check_columns, check_orthogonal, check_rank, check_variances
from theory.validation import check_positive_beta, validated


@validated(check_orthogonal, U="k k'", Sigma="k k")
def coupling(U: Array, Sigma: Array) -> Array:
    r"""The covariances between latents of the posterior that a rotation of the model makes of N(m, Sigma).

    .. math:: U^\top\Sigma U - \operatorname{diag}(U^\top\Sigma U)

    Zero exactly where the posterior is mean-field. Shapes: U (..., k, k) orthogonal, Sigma (..., k, k) -> (..., k, k).
    ValueError: a U that is not orthogonal, a Sigma that is no covariance. Source: Kumar & Poole, section 3.1.

    >>> print(coupling([[0.6, -0.8], [0.8, 0.6]], [[1.0, 0.0], [0.0, 2.0]]).round(12).tolist())
    [[0.0, 0.48], [0.48, 0.0]]
    """
    turned = U.mT @ Sigma @ U
    return turned * (1 - eye_like(turned))


@validated(check_orthogonal, check_positive_beta, U="k k'", Sigma="k k", beta="")
def mean_field_gap(U: Array, Sigma: Array, beta: Array) -> Array:
    r"""What the beta-VAE objective loses to independent latents once a model of optimal posterior N(m, Sigma) is
    rotated, in nats per datum.

    .. math:: \min_D\ \beta\,\mathrm{KL}(N(m,D)\|N(m,U^\top\Sigma U))
        = \frac\beta2\left(\sum_i\log(U^\top\Sigma^{-1}U)_{ii} + \log|\Sigma|\right)

    The precisions count, not the variances: the objective is of q given the posterior. It is 0 exactly where U'Sigma U
    is diagonal. Shapes: U (..., k, k) orthogonal, Sigma (..., k, k), beta (...) -> (...). ValueError: a U that is not
    orthogonal, a Sigma that is no covariance, beta <= 0. Source: Kumar & Poole, section 3.1.

    >>> print(round(float(mean_field_gap([[0.6, -0.8], [0.8, 0.6]], [[1.0, 0.0], [0.0, 0.25]], 2.0)), 12))
    0.417657148874
    """
    precision = U.mT @ solve(Sigma, U)
    return beta / 2 * (total(log(precision.diagonal(0, -2, -1)), -1) + log_det(Sigma))


@validated(check_variances, check_positive_beta, angle="", variances="2", beta="")
def planar_gap(angle: Array, variances: Array, beta: Array) -> Array:
    r"""`mean_field_gap` of two independent latents that are rotated by an angle, in nats per datum.

    .. math:: \frac\beta2\log\left(1 + \frac{(s_1-s_2)^2}{4s_1s_2}\sin^2 2\theta\right)

    Shapes: angle = theta in radians (...), variances = (s_1, s_2) (..., 2), beta (...) -> (...). ValueError: a variance
    or beta not positive. Source: Kumar & Poole, section 3.1 and appendix C.

    >>> import numpy as np
    >>> print(round(float(planar_gap(np.pi / 4, [1.0, 0.25], 2.0)), 12))  # log of 1 + 9/16
    0.446287102628
    """
    s, t = variances[..., 0], variances[..., 1]
    wave = sin(2 * angle)
    return beta / 2 * log(1 + (s - t) * (s - t) / (4 * s * t) * wave * wave)


@validated(check_orthogonal, U="k k'", kappa="k")
def fourth_coupling(U: Array, kappa: Array) -> Array:
    r"""The fourth cross-cumulants cum(y_i, y_i, y_j, y_j) of y = U'z for independent z of fourth cumulants kappa.

    .. math:: \operatorname{cum}(y_i,y_i,y_j,y_j) = \sum_m U_{mi}^2 U_{mj}^2 \kappa_m

    Independent components have none for i != j: equal variances do not save a z that is not Gaussian.
    Shapes: U (..., k, k) orthogonal, kappa (..., k) -> (..., k, k). ValueError: a U that is not orthogonal.
    Source: Kumar & Poole, section 3.1, on Darmois and Skitovitch.

    >>> print(fourth_coupling([[0.6, -0.8], [0.8, 0.6]], [2.0, 1.0]).round(12).tolist())
    [[0.6688, 0.6912], [0.6912, 0.9488]]
    """
    square = U * U
    return square.mT @ (kappa[..., :, None] * square)


# --- angles -----------------------------------------------------------------------------------------------------------


@validated(check_rank, Z="k n", M="k n")
def procrustes(Z: Array, M: Array) -> Array:
    r"""The orthogonal O that makes |Z - O M|_F least.

    .. math:: O = UV^\top, \quad ZM^\top = U\,\operatorname{diag}(s)\,V^\top

    Shapes: Z (..., k, n) the true latents, M (..., k, n) the inferred ones -> (..., k, k). ValueError: Z M' without an
    inverse, where several are as good. Source: Kumar & Poole, appendix C.

    >>> print(procrustes([[0.0, -2.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]]).round(12).tolist())
    [[0.0, -1.0], [1.0, 0.0]]
    """
    left, _, right = np.linalg.svd(as_float(Z) @ as_float(M).mT)
    return left @ right


def _folded(angle: Array) -> Array:
    """Less as many quarter turns as bring it into (-45, 45]."""
    turns = (45 - angle) / 90
    return 45 - 90 * (turns - floor(turns))


@validated(check_orthogonal, U="2 2")
def rotation_angle(U: Array) -> Array:
    r"""The angle in (-45, 45] degrees of a planar orthogonal matrix, but for signed permutations of its columns.

    .. math:: U = R(\theta)P

    With the permutation on the other side a reflection turns the angle's sign: only its size is free of that choice.
    Shapes: U (..., 2, 2) orthogonal -> (...), in degrees. ValueError: a U that is not orthogonal.
    Source: Kumar & Poole, appendix C.

    >>> print(float(rotation_angle([[0.0, -1.0], [1.0, 0.0]])))  # a quarter turn permutes the axes
    0.0
    """
    return _folded(degrees(arctan2(U[..., 1, 0], U[..., 0, 0])))


@validated(check_columns, columns="D 2")
def mean_field_angle(columns: Array) -> Array:
    r"""The angle in (-45, 45] degrees at which mean-field latents of the linear model W z end up from the true z.

    .. math:: \theta = \tfrac12\operatorname{atan2}(2\,w_1\!\cdot w_2,\ |w_1|^2-|w_2|^2)

    W R(theta) has orthogonal columns: the optimum is not at the true latents but where the columns of W are orthogonal
    to start with. Shapes: columns = W (..., D, 2) -> (...), in degrees. ValueError: orthogonal columns of equal norm,
    which no angle is better for. Source: Kumar & Poole, section 3.2 and appendix C.

    >>> print(round(float(mean_field_angle([[2.0, 0.6], [0.0, 0.8]])), 6))
    19.329904
    """
    gram = columns.mT @ columns
    return _folded(degrees(arctan2(2 * gram[..., 0, 1], gram[..., 0, 0] - gram[..., 1, 1])) / 2)
