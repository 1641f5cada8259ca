"""What AWS policies allow: decided for one request (`evaluation`, `assuming`), proved for all of them (`questions`)."""
