"""Where Twilio and Telegram deliver what residents write: one file a provider."""
