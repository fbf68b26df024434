"""`python -m agent` and the `benchwright` command."""

from agent.cli import app


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
