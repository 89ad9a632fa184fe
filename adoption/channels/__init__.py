"""How the app behaves in each channel."""
