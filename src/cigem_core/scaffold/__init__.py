"""Drafting the adapter of an agency from a sample of what it sends: a package to install, to answer questions in, to finish.

drafted = draft("mairie", ["demandeurs.csv"], to="cigem-mairie")
drafted.folder, drafted.questions
"""

from cigem_core.scaffold.drafting import Drafted, draft

__all__ = ["Drafted", "draft"]
