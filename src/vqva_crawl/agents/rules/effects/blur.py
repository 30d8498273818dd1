"""Blurring, sharpening and noise."""

from vqva_crawl.agents.rules.effects.base import Effect, cleaner, crisper, noisier, softer, visible

EFFECTS = (
    Effect(
        "radial blur",
        r"(?:circular|radial|rotational|spin) (?:motion )?blur",
        (
            "Blur {this} in circles around its center, as if it had been rotated while the "
            "shutter was open.",
            "Make {this} look as though it spun around its middle during the exposure, with "
            "streaks that run in circles.",
        ),
        "streaked in circles around the center, as if it had been turned during the exposure",
        softer,
        refines="blur",
    ),
    Effect(
        "zoom blur",
        r"zoom(?:ing)? (?:motion )?blur|radial zoom",
        (
            "Blur {this} outward from its center, as if the camera had zoomed in during the "
            "exposure.",
            "Give {this} a zoom blur: streaks that shoot out from the middle toward the edges.",
        ),
        "with streaks running from the center outward, as if zoomed during the exposure",
        softer,
        refines="blur",
    ),
    Effect(
        "motion blur",
        r"(?:linear )?motion blur|motion[- ]blurred",
        (
            "Smear {this} in one straight direction, as if the camera had moved while it was "
            "taken.",
            "Make {this} look as if it were racing past the camera, with every detail streaked "
            "along one straight line.",
        ),
        "smeared along one straight direction, as by a moving camera",
        softer,
        refines="blur",
    ),
    Effect(
        "lens blur",
        r"(?:lens|bokeh) blur",
        (
            "Make {this} look as if the lens had been out of focus, with the soft discs that a "
            "real aperture gives.",
            "Defocus {this} the way a camera lens does, so that its details dissolve into soft "
            "discs of light.",
        ),
        "out of focus as through a real lens",
        softer,
        refines="blur",
    ),
    Effect(
        "partial blur",
        r"(?:focus|variable|tilt[- ]shift) blur|tilt[- ]shift",
        (
            "Keep one area of {this} in focus and let the rest fall out of focus, growing "
            "blurrier with the distance from it.",
            "Limit the focus of {this} to a single zone and blur everything around it, gradually "
            "more toward the edges.",
        ),
        "sharp in one area and increasingly blurred away from it",
        lambda like: (
            like.same_shape and like.tone > 0.7 and like.detail_ratio < 0.93 and visible(like)
        ),
        refines="blur",
    ),
    Effect(
        "smoothing that keeps edges",
        r"(?:selective|bilateral|surface|edge[- ]preserving|smart|mean curvature|kuwahara|"
        r"anisotropic)(?: gaussian)?"
        r"(?: blur| filter| smoothing| diffusion)|\bbilateral",
        (
            "Smooth the fine texture in {this}, but leave its strong edges sharp.",
            "Even out the small details in the flat areas of {this} while its main contours stay "
            "crisp.",
        ),
        "with its even areas smoothed while the strong edges stay sharp",
        cleaner,
        refines="blur",
    ),
    Effect(
        "median filter",
        r"median(?:[- ]?blur(?:red)?|[- ]filter(?:ed)?| smoothing)?\b",
        (
            "Replace the fine detail in {this} by smooth patches, as a median filter with a "
            "visible radius does.",
            "Smooth {this} with a median filter, so that specks and thin lines vanish and "
            "rounded patches remain.",
        ),
        "with specks and thin lines gone and smooth, rounded patches in their place",
        cleaner,
        refines="blur",
    ),
    Effect(
        "pixelation",
        r"pixeli[sz]e|pixelat",
        (
            "Turn {this} into a coarse grid of plain square blocks, as if its resolution had "
            "been cut drastically.",
            "Pixelate {this} so that it is built of large squares of a single color each.",
        ),
        "made of large squares, each of one color",
        lambda like: like.same_shape and like.tone > 0.6 and visible(like),
    ),
    Effect(
        "denoising",
        r"de-?nois|noise[- ]reduc|(?:remove|reduce|suppress)(?:s|d|ing)? (?:the )?noise|"
        r"despeckle|"
        r"non-?local means|noise removed",
        (
            "Remove the noise and grain from {this} and keep the motif recognizable.",
            "Clean {this} of its speckles and grain, so that even areas become smooth again.",
        ),
        "cleaned of noise, with smooth even areas",
        cleaner,
    ),
    Effect(
        "blur",
        r"(?:gaussian|box|simple|average|mean|homogeneous)?[ -]?(?:blur(?:red|ring)?\b|"
        r"smooth(?:ed|ing)\b)|"
        r"low[- ]pass|(?:gaussian|box|mean|averaging) filter",
        (
            "Blur all of {this} evenly, so that its contours become soft and its fine details "
            "disappear.",
            "Make {this} look softly out of focus everywhere, with no sharp edge left.",
            "Soften {this} as a whole until its fine details melt together.",
        ),
        "evenly soft, without fine detail",
        softer,
    ),
    Effect(
        "sharpening",
        r"sharpen|unsharp|deblur|deconvol|high[- ]boost",
        (
            "Sharpen {this} strongly, so that its edges and fine details stand out crisply.",
            "Bring out the edges and textures of {this} until they look clearly crisper than "
            "before.",
        ),
        "with visibly crisper edges and textures",
        crisper,
    ),
    Effect(
        "scattering",
        r"\bspread\b|scatter|\bdiffuse\b|jitter|frosted",
        (
            "Scatter the pixels of {this} over short distances, so that every edge looks frayed "
            "and grainy.",
            "Let the pixels of {this} trade places with near neighbors, as if it were seen "
            "through frosted glass.",
        ),
        "with its pixels scattered so that edges look frayed",
        lambda like: like.same_shape and like.tone > 0.5 and like.detail_ratio > 1.1,
    ),
    Effect(
        "melting noise",
        r"\bslur\b",
        (
            "Make {this} look as if it were melting, with single pixels running downward in "
            "short streaks.",
            "Let the colors of {this} drip downward in tiny streaks, as if the surface had begun "
            "to melt.",
        ),
        "with short downward streaks, as if melting",
        lambda like: like.same_shape and like.tone > 0.4,
    ),
    Effect(
        "salt and pepper noise",
        r"salt[- ](?:and|&)[- ]pepper|\bhurl|impulse noise|random(?:ly)? colou?red pixels",
        (
            "Sprinkle {this} with single pixels of random color until it looks like a badly "
            "disturbed broadcast.",
            "Strew random, isolated dots over all of {this}, so that the motif is still "
            "recognizable behind strong speckles.",
        ),
        "strewn with isolated pixels of random value",
        noisier,
    ),
    Effect(
        "noise",
        r"(?:gaussian|rgb|hsv|hue|color|poisson|random|film|cie \w+|additive|shot)[ -](?:noise|"
        r"grain)|"
        r"noisy|noise (?:added|applied)|(?:add|with)(?:ed|ing)? noise|film grain",
        (
            "Cover all of {this} with fine random grain, like a shot taken at far too high a "
            "sensitivity.",
            "Add strong noise to {this}: tiny random speckles over its whole area, with the "
            "motif still recognizable.",
        ),
        "covered with fine random grain",
        noisier,
    ),
)
