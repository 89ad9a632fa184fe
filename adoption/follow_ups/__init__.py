"""Follow-ups with people, two and six weeks after they got the tools or had a training."""
