"""Edges, morphology, segmentation and transforms of analysis."""

from vqva_crawl.agents.rules.effects.base import (
    Effect,
    aligned,
    altered,
    dark_outlines,
    outlines,
    two_tone,
    visible,
)

EFFECTS = (
    Effect(
        "neon",
        r"\bneon\b|glowing edges",
        (
            "Turn the contours in {this} into bright, glowing lines on a dark ground, like neon "
            "tubes.",
            "Trace the edges in {this} as luminous colored lines against darkness, in the manner "
            "of a neon sign.",
        ),
        "as bright neon lines along its contours on a dark ground",
        dark_outlines,
    ),
    Effect(
        "difference of Gaussians",
        r"difference of gaussians?|\bdog filter",
        (
            "Extract the contours in {this} by subtracting one blurred copy from another, so "
            "that only its edges remain as lines.",
            "Reduce {this} to a sketch of its contours, with the even areas wiped out.",
        ),
        "reduced to its contours, with even areas wiped out",
        outlines,
    ),
    Effect(
        "bright edges",
        r"sobel|laplac|prewitt|scharr|roberts|canny|edge[- ](?:detect|map)|detect(?:ed|"
        r"ing)? edges|edges of|"
        r"(?:image|morphological) gradient|gradient (?:magnitude|image)|edge filter",
        (
            "Find the edges in {this} and show only them, as bright lines on a dark background.",
            "Let only the contours in {this} remain: light lines where colors change abruptly, "
            "darkness everywhere else.",
        ),
        "as bright lines along its edges on a dark background",
        dark_outlines,
    ),
    Effect(
        "edges",
        r"sobel|laplac|prewitt|scharr|roberts|canny|edge[- ](?:detect|map)|detect(?:ed|"
        r"ing)? edges|edges of|"
        r"(?:image|morphological) gradient|gradient (?:magnitude|image)|edge filter",
        (
            "Reduce {this} to its edges: lines where colors or brightness change abruptly, on an "
            "even ground.",
            "Show only the contours in {this} as lines and wipe out its even areas.",
        ),
        "reduced to lines along its edges",
        lambda like: outlines(like) and abs(like.tone) < 0.6,
    ),
    Effect(
        "dilation",
        r"dilat(?:e|ed|ion|ing)",
        (
            "Let the bright areas of {this} grow at the expense of the dark ones, so that light "
            "shapes thicken and thin dark lines vanish.",
            "Thicken everything light in {this}: each bright region should spread a little in "
            "all directions.",
        ),
        "with its bright areas widened and its dark details thinned or gone",
        lambda like: (
            aligned(like)
            and like.tone > 0.5
            and like.difference > 0.03
            and like.answer.brightness > like.question.brightness + 0.01
        ),
    ),
    Effect(
        "erosion",
        r"ero(?:de|ded|sion|ding)\b",
        (
            "Let the dark areas of {this} grow at the expense of the bright ones, so that light "
            "shapes become thinner and small bright spots vanish.",
            "Shave a rim off everything light in {this}, so that the dark parts spread a little "
            "in all directions.",
        ),
        "with its dark areas widened and its bright details thinned or gone",
        lambda like: (
            aligned(like)
            and like.tone > 0.5
            and like.difference > 0.03
            and like.answer.brightness < like.question.brightness - 0.01
        ),
    ),
    Effect(
        "opening",
        r"(?:morphological )?opening\b",
        (
            "Remove the small bright specks from {this} and leave the large bright shapes at "
            "their size.",
            "Clean {this} of every small light dot outside its main shape without changing that "
            "shape.",
        ),
        "with the small bright specks gone and the large shapes kept",
        lambda like: aligned(like) and like.answer.brightness < like.question.brightness - 0.003,
    ),
    Effect(
        "closing",
        r"(?:morphological )?closing\b",
        (
            "Fill the small dark holes inside the bright shapes of {this} and leave their "
            "outlines as they are.",
            "Close the little dark gaps in the light parts of {this} without changing anything "
            "else.",
        ),
        "with the small dark holes filled",
        lambda like: aligned(like) and like.answer.brightness > like.question.brightness + 0.003,
    ),
    Effect(
        "top hat",
        r"top[- ]?hat",
        (
            "Keep only the small bright details of {this} and let its larger bright shapes turn "
            "black.",
        ),
        "with only its small bright details left",
        lambda like: like.same_shape and like.answer.brightness < like.question.brightness,
    ),
    Effect(
        "skeleton",
        r"skeleton(?:i[sz]e)?|thinn(?:ed|ing)\b|medial axis",
        (
            "Thin each shape in {this} down to its skeleton, a line one pixel wide along its "
            "middle.",
            "Replace the solid shapes in {this} by the thin center lines that describe their form.",
        ),
        "reduced to thin lines along the middle of its shapes",
        lambda like: like.same_shape and visible(like),
        loose=True,
    ),
    Effect(
        "watershed",
        r"watershed",
        (
            "Separate the touching objects in {this} from each other and mark each one, as "
            "watershed segmentation does.",
        ),
        "with its touching objects separated and marked",
        altered,
        loose=True,
    ),
    Effect(
        "superpixels",
        r"super ?pixel|\bslic\b|waterpixel",
        (
            "Divide {this} into small patches of a single color that follow its contours, as "
            "superpixel segmentation does.",
            "Rebuild {this} from small, irregular tiles of one flat color each that hug the "
            "edges of its motif.",
        ),
        "divided into small patches that follow its contours",
        altered,
        loose=True,
    ),
    Effect(
        "corners",
        r"corner(?:s)? detect|harris|shi[- ]tomasi|good features|detected corners",
        (
            "Find the corners in {this} and mark each of them with a colored dot.",
            "Mark every place in {this} where two edges meet in a corner.",
        ),
        "with its corners marked",
        lambda like: aligned(like) and like.tone > 0.6,
        loose=True,
    ),
    Effect(
        "keypoints",
        r"key ?points?\b|\bsift\b|\bsurf\b|\borb\b|\bfast\b features?",
        (
            "Mark the distinctive keypoints in {this} with small circles, as a feature detector "
            "would find them.",
        ),
        "with its distinctive keypoints circled",
        lambda like: aligned(like) and like.tone > 0.6 and visible(like),
        loose=True,
    ),
    Effect(
        "circles",
        r"hough circle|circle detect|detect(?:ed|ing)? circles",
        ("Find the circular shapes in {this} and trace each with a drawn circle and its center.",),
        "with its circular shapes traced",
        lambda like: aligned(like) and like.tone > 0.6 and visible(like),
        loose=True,
    ),
    Effect(
        "lines",
        r"hough (?:line|transform)|line detect|detect(?:ed|ing)? (?:straight )?lines",
        ("Find the straight lines in {this} and draw over each of them in a clear color.",),
        "with its straight lines traced in color",
        lambda like: aligned(like) and visible(like),
        loose=True,
    ),
    Effect(
        "contours",
        r"find(?:ing)? contours|contours? (?:found|drawn|of|lines)|draw(?:n|ing)? contours",
        ("Trace the outline of each object in {this} with a drawn contour line.",),
        "with the outlines of its objects drawn as lines",
        outlines,
        loose=True,
    ),
    Effect(
        "convex hull",
        r"convex hull",
        (
            "Draw the convex hull around the object in {this}: the tightest outline without any "
            "inward bend.",
        ),
        "with the tight outline without inward bends around its object",
        lambda like: like.same_shape and visible(like),
        loose=True,
    ),
    Effect(
        "spectrum",
        r"(?:fourier|frequency|magnitude|power) spectrum|fourier transform|\bdft\b|\bfft\b",
        (
            "Show the frequency spectrum of {this}: the magnitude of its Fourier transform, with "
            "low frequencies in the center.",
            "Compute the Fourier magnitude of {this} and show it as a picture with the low "
            "frequencies in the middle.",
        ),
        "as its Fourier magnitude spectrum",
        lambda like: like.structure < 0.6 and like.answer.saturation < 0.1,
        loose=True,
    ),
    Effect(
        "distance transform",
        r"distance (?:transform|map)",
        (
            "Show how far each point of {this} lies from the nearest border of a shape, with "
            "brightness standing for the distance.",
        ),
        "with brightness standing for the distance from the nearest border",
        lambda like: like.same_shape and visible(like) and like.answer.tones > 10,
        loose=True,
    ),
    Effect(
        "mask",
        r"(?:binary |selection )?mask\b|segmentation (?:result|mask)|foreground mask",
        (
            "Separate the main object of {this} from its background and show it as a white shape "
            "on black.",
        ),
        "as a white silhouette on black",
        two_tone,
        loose=True,
    ),
    Effect(
        "normal map",
        r"normal map",
        (
            "Turn {this}, read as a height map, into a normal map: bluish and violet colors that "
            "encode the slope at each point.",
        ),
        "as a normal map in bluish and violet tones",
        lambda like: like.same_shape and like.answer.saturation > 0.15,
        loose=True,
    ),
)
