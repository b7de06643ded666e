"""The exercises, a file each: what is asked, how its outlet is made from a variant, and what a mark is given for."""
