"""The formulas: pure functions of frames and numbers; they read no file, no setting, no clock."""
