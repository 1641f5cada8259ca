"""The generated pages, a module for each sort."""
