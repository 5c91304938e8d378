"""Kumar and Poole: every numbered formula and every sentence that can be true or false."""
