"""The embedded AWS: two emulators in one process on 127.0.0.1, and what both lack.  Read `gateway/server.py` first."""
