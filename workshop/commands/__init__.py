"""The subcommands of `workshop`, by who gives them."""
