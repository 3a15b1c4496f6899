"""Small accounts of communities: bookings in months, and the months as they were published."""
