"""What the offices' editing pages have in common: form fields, forms and views. Used by each subject's `admin`."""
