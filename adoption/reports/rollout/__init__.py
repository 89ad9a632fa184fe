"""How the waves of the rollout stand: their figures, their gates, and what they are worth."""
