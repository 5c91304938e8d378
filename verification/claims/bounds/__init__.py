"""Between what the information of an aggregate lies, without a draw, and what it tells of more inputs."""
