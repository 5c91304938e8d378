"""The domains on which the claims are judged, a file for each field of objects."""
