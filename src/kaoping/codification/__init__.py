"""From a 考评细则 as an office sent it (a table in Word or Excel) to a pack: understood, or asked."""
