"""The panels stage, optional: figures made of panels are cut into pictures of their own.

`gutters` finds boxes by projection profiles, `framed` and `letters` say which of them are panels,
`captions` what the figure's caption says of each; `cut` makes pictures of them and `CutPanels`
puts these in the figure's place. A figure that leaves any doubt is left whole.
"""

from vqva_crawl.stages.panels.cut import cut
from vqva_crawl.stages.panels.find import find_panels
from vqva_crawl.stages.panels.stage import CutPanels
from vqva_crawl.stages.panels.stored import accepted

__all__ = ["CutPanels", "accepted", "cut", "find_panels"]
