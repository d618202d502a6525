"""The papers of data protection, drafted from the configuration: impact assessment, notices, record, policy.

Values in, text out: nothing here opens a file, reads a story or asks a provider.
"""
