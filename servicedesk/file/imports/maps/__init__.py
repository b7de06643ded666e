"""Import maps: parse a map, bind it to the headings of a file, and read rows through it."""
