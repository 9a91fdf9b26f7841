"""What the centre and its partners speak of: fields, values, codes, kinds, conventions, receipts."""
