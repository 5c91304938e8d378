"""Small variational autoencoders of real digits: the trained ground on which the printed claims are tried."""
