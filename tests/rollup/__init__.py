"""Head office: shares judged, reported, checked."""
