"""What everything else stands on: knows no forge, sends nothing, keeps nothing."""
