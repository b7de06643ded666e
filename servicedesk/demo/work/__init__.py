"""The made-up outlet at work: who calls, who may go, who goes where, and what comes of it. No file is touched."""
