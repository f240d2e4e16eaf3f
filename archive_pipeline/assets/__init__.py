"""The assets: one thin module a stage, its checks beside it."""
