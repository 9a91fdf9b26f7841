"""Documents for people: pages of templates and charts, whole in one file, for the screen, for paper and for those who listen.

A programme keeps its templates beside it, in `templates/`, and hands values in:

    page("balance.html", of="cigem_core.programmes.training", title=Text(fr="Solde", en="Balance"), plan=plan, rows=rows)
"""

from __future__ import annotations

from cigem_core.pages.chart import chart as chart
from cigem_core.pages.page import page as page
from cigem_core.pages.parts import Beside as Beside
from cigem_core.pages.parts import PrintedTable as PrintedTable
from cigem_core.pages.parts import Prose as Prose
from cigem_core.pages.pdf import pdf as pdf
from cigem_core.pages.writing import Percent as Percent
from cigem_core.pages.writing import written as written
