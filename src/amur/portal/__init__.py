"""The site: people, rights, records and pages. One folder (app) per subject."""
