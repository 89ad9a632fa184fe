"""Where guides come from: folders, files, Git repositories and web pages."""
