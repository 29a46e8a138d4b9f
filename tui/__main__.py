"""`python -m tui` is `ttylabel`."""

from tui.cli.main import main

if __name__ == "__main__":
    main()
