"""A brand with many outlets: the facts that leave an outlet, the catalogue at head office, and figures over all."""
