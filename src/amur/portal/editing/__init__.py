"""What the offices' editing pages share: form fields, forms and views. Used by each subject's `admin`."""
