"""`python -m coachvault` is the same program as `coach`."""

from coachvault.cli import main

if __name__ == "__main__":
    main()
