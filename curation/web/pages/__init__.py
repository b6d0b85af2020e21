"""One file a page or a family of pages: thin views that ask a service and render a template."""
