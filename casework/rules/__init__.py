"""What a written policy may rule, as frozen types; `casework/README.md` says how to write one."""
