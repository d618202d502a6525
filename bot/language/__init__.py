"""Languages: catalogues, the wording made from them, the privacy notice, detection, SMS parts."""
