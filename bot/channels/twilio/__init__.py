"""SMS by Twilio: what arrives (`inbound`) and what is sent (`sender`). A new provider copies this pattern."""
