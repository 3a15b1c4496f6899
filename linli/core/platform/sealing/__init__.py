"""What is personal: annotations of fields, masks, sealed values and blind indexes."""
