"""What people do about the guarantee: look at it, judge a fault, keep its terms and the holidays."""
