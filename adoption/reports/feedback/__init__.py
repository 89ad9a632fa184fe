"""What people reported, as it may be shown: reasons, quotes, themes, time saved."""
