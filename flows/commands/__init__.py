"""The commands, a module each; flows.cli names them all."""
