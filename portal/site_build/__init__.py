"""The build of the static pages: catalogues, bundles, rules and the release list."""
