"""The trained screen: labels from a labeller, a classifier that learns them, and how good it is.

    sampling -> labels (a labeller) -> splitting -> model -> evaluating -> curve
                                                      └── deciding: what the screen stage asks

VQ-VA World, stage 1: a small set is labelled by an LLM, a classifier learns the labels, and what
it lets pass is refined by an LLM again where it is in doubt.
"""

from vqva_crawl.stages.classify.deciding import ByClass, by_class, check_screen
from vqva_crawl.stages.classify.labellers import Labeller, keywords, scripted
from vqva_crawl.stages.classify.labels import CLASSES, DOMAINS, OTHER, Label, label, read_labels
from vqva_crawl.stages.classify.model import Classifier, model_digest
from vqva_crawl.stages.classify.reading import captions_of, text_of

__all__ = [
    "CLASSES",
    "DOMAINS",
    "OTHER",
    "ByClass",
    "Classifier",
    "Label",
    "Labeller",
    "by_class",
    "captions_of",
    "check_screen",
    "keywords",
    "label",
    "model_digest",
    "read_labels",
    "scripted",
    "text_of",
]
