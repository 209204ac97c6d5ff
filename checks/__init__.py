"""Static checks: what AWS refuses in templates, workflows, policies and calls, found offline by `make lint`."""
