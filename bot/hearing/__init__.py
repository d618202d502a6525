"""What a text is heard as: by the rules for now; a second reader comes."""
