"""What a package tells the house about itself, and what the house reads from it. Knows no other room."""
