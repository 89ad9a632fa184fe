"""What the example company's programme does: training, waves, pulses, follow-ups."""
