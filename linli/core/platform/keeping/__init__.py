"""What lies on the disk and in the tables for years: files, expiry, the audit trail read and verified, backups."""
