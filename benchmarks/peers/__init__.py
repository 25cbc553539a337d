"""The clients under measurement, each through its ordinary public interface; only addresses are redirected."""
