"""What each command does: an open vault and plain values in, a frozen result out; nothing printed."""
