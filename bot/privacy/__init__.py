"""What a resident may ask for, and what the law asks of us: consent, access, erasure, complaints, papers."""
