//! Runs commands at one registry over pooled, guarded, mutually authenticated EPP sessions
