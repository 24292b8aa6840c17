"""The kinds of record: types and invariants, and how plain values become one."""
