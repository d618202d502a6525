"""Where Twilio and Telegram deliver what residents write."""
