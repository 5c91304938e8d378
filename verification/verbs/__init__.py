"""The verbs of ``betavae``: signatures and what they print. Each imports what it needs when it runs."""
