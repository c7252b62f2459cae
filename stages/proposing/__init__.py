"""What the owner's corrections teach: candidates chosen on the corrections, tried on the past, and put into words."""
