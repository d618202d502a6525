"""Languages: the catalogues and what is made of them, which language words are in, what a text costs by SMS."""
