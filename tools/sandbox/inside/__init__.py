"""What runs inside of the sandbox: these modules import nothing but the standard library and one another."""
