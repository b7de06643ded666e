"""The rows that the guarantee of an appliance stands on."""
