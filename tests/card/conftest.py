"""These tests need Triton: make test-triton runs them, in its interpreter and in an environment of its own."""

import os

collect_ignore_glob = [] if os.environ.get("TRITON_INTERPRET") == "1" else ["test_*.py"]
