"""Programs that run beside the generated code, each on another machine."""
