"""The lab: a program of the visitor's own, its whole run in one table, and what can be taken away of it."""
