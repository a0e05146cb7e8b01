"""What can be wrong with the pages when they are built; an error names file and reason."""


class SiteError(Exception):
    """The site is not written: something in the templates breaks a rule of the pages."""


class MissingString(SiteError):
    """A sentence has no translation, a fuzzy one, or one with other placeholders."""


class SameName(SiteError):
    """Two sentences of a page have the same short name in its block."""


class InlineCode(SiteError):
    """A page holds script, style or an event attribute that its Content-Security-Policy forbids."""


class BundleFailed(SiteError):
    """The bundler is not installed or refused a script or style sheet."""
