"""Brightness, contrast and colour."""

from vqva_crawl.agents.rules.effects.base import (
    Effect,
    aligned,
    brighter,
    coloured,
    darker,
    fewer_tones,
    gray,
    negative,
    steeper,
    two_tone,
    visible,
)
from vqva_crawl.agents.rules.likeness import Likeness
from vqva_crawl.agents.rules.remains import burnt, lifted


def _evened(like: Likeness) -> bool:
    """Shadows opened without burnt lights, and without noise that the shadows held."""
    return brighter(like) and lifted(like) > 0.08 and burnt(like) < 0.01 and like.detail_ratio < 2.2


def _slightly_brighter(like: Likeness) -> bool:
    gain = like.answer.brightness - like.question.brightness
    return aligned(like) and like.tone > 0.9 and 0.03 < gain <= 0.08


def _glaring(like: Likeness) -> bool:
    return brighter(like) and lifted(like) > 0.15 and burnt(like) > 0.05 and like.tone > 0.9


def _harsh(like: Likeness) -> bool:
    lifts = brighter(like) and lifted(like) > 0.1 and burnt(like) < 0.01
    return lifts and 2.2 <= like.detail_ratio < 4


def _value_inverted(like: Likeness) -> bool:
    """Dark parts have no hue of their own: where they come out in loud colours, it is noise."""
    question, answer = like.question.rgb, like.answer.rgb
    dark = question.max(axis=2) < 0.25
    loud = answer.max(axis=2) - answer.min(axis=2) > 0.4
    return like.same_shape and like.tone < -0.2 and float((dark & loud).mean()) < 0.02


EFFECTS = (
    Effect(
        "sepia",
        r"sepia",
        (
            "Give {this} the brownish tint of an old sepia print.",
            "Tone {this} in warm browns throughout, as if it were a photographic print from long "
            "ago.",
        ),
        "in nothing but warm brown tones, like an old print",
        lambda like: aligned(like) and like.tone > 0.8 and visible(like),
    ),
    Effect(
        "value inversion",
        r"(?:value|luma|luminance|lightness|brightness) invert|invert(?:ed|"
        r"ing)? (?:the )?(?:value|lightness|brightness)",
        (
            "Exchange light and dark in {this} while the colors keep their hues: what is bright "
            "turns dark, and what is dark turns bright.",
            "Invert the brightness of {this} but not its hues, so that light areas become dark "
            "and dark areas light up.",
        ),
        "with light and dark exchanged while the hues remain",
        _value_inverted,
        refines="negative",
    ),
    Effect(
        "negative",
        r"invert(?:ed|ing)?\b(?! selection)|negative\b(?! value)|inverse colou?r|complement(?:ed|"
        r"ary)? colou?r",
        (
            "Turn {this} into its photographic negative: light becomes dark, and every color "
            "becomes its opposite.",
            "Invert {this} like a film negative, so that bright parts turn dark and colors flip "
            "to their complements.",
        ),
        "as a negative, with light and dark exchanged",
        negative,
    ),
    Effect(
        "threshold",
        r"threshold|binari[sz]|black[- ]and[- ]white (?:mask|image) |\botsu\b|two[- ]level|"
        r"bilevel",
        (
            "Reduce {this} to pure black and pure white, with no gray in between, by comparing "
            "each point with a threshold.",
            "Split {this} into solid black and solid white areas according to how dark or light "
            "each part is.",
        ),
        "in pure black and white only",
        two_tone,
    ),
    Effect(
        "posterize",
        r"posteri[sz]|colou?r quanti[sz]|quanti[sz]ed|k-?means|reduced? (?:number of )?colou?rs|"
        r"fewer colou?rs|indexed colou?r",
        (
            "Reduce {this} to just a few flat colors, so that smooth gradations break up into "
            "clear bands.",
            "Posterize {this}: keep only a handful of colors and let each area become one flat "
            "patch.",
        ),
        "in a handful of flat colors with clear bands",
        fewer_tones,
    ),
    Effect(
        "grayscale",
        r"gr[ae]y ?-?scale|desaturat|black[- ]and[- ]white|\bmono(?:chrome)?[ -]?mixer|monochrom|"
        r"luminance|"
        r"colou?r to gr[ae]y|\bluma\b|lightness|gr[ae]y level",
        (
            "Take all the color out of {this} and keep only its shades of gray.",
            "Turn {this} into a black-and-white picture in which only light and dark remain.",
            "Show {this} without any color, as shades of gray that keep its light and dark.",
        ),
        "in shades of gray only",
        gray,
    ),
    Effect(
        "equalize",
        r"equali[sz]|\bclahe\b|contrast (?:stretch|enhance|increase)|stretch(?:ed|ing)? contrast|"
        r"(?:enhance|increase|improve|stretch)(?:d|s|ing)? (?:the )?contrast|rescale intensity|"
        r"auto(?:matic)?[ -](?:levels|contrast)",
        (
            "Stretch the contrast of {this} so that its dull gray tones spread out between deep "
            "shadows and bright highlights.",
            "Raise the contrast of {this}: spread its tones over the whole range from black to "
            "white.",
        ),
        "with clearly stronger contrast, its tones spread over the whole range",
        steeper,
    ),
    Effect(
        "tone mapping",
        r"tone[- ]?mapp|\bhdr\b|high dynamic range|retinex|shadows?[ -](?:and )?highlights?",
        (
            "Bring out the detail hidden in the dark parts of {this} without burning out its "
            "bright parts.",
            "Even out the lighting of {this}, so that what lies in the shadows becomes clearly "
            "visible.",
        ),
        "with the details of its dark parts brought out",
        _evened,
    ),
    Effect(
        "lifted shadows",
        r"tone[- ]?mapp|\bhdr\b|high dynamic range|retinex|shadows?[ -](?:and )?highlights?",
        (
            "Lift the shadows of {this} strongly and accept coarse grain and harsh texture in "
            "its dark parts.",
        ),
        "with strongly lifted shadows and a harsh texture in its dark parts",
        _harsh,
    ),
    Effect(
        "strong brightening",
        r"tone[- ]?mapp|\bhdr\b|high dynamic range|retinex|over-?expos",
        (
            "Brighten {this} so strongly that even its darkest parts show their content, "
            "although its bright parts then glare.",
            "Light up {this} as if it were overexposed: let its shadows open up and its bright "
            "parts glare.",
        ),
        "strongly brightened, with open shadows and glaring bright parts",
        _glaring,
    ),
    Effect(
        "brighter",
        r"bright(?:er|en)|lighten|over-?expos|gamma correct|(?:increase|"
        r"raise)d? (?:the )?(?:exposure|brightness)|"
        r"\bexposure\b|white (?:slider|point)",
        (
            "Brighten {this} markedly, so that details in its dark parts become visible.",
            "Raise the brightness of {this} clearly while everything in it stays in place.",
        ),
        "clearly brighter",
        brighter,
    ),
    Effect(
        "slightly brighter",
        r"bright(?:er|en)|lighten|gamma correct|(?:increase|"
        r"raise)d? (?:the )?(?:exposure|brightness)|\bexposure\b|white (?:slider|point)",
        (
            "Brighten {this} a little, without moving or recoloring anything in it.",
            "Raise the brightness of {this} somewhat while everything in it stays in place.",
        ),
        "a little brighter",
        _slightly_brighter,
    ),
    Effect(
        "darker",
        r"dark(?:er|en)|under-?expos|(?:reduc|decreas|lower)(?:e|es|ed|ing) (?:the )?(?:exposure|"
        r"brightness)|night",
        (
            "Darken {this} clearly while everything in it stays recognizable.",
            "Make {this} look as if far less light had reached the camera.",
        ),
        "clearly darker",
        darker,
    ),
    Effect(
        "more saturated",
        r"(?:more|over-?|increased? |higher )saturat|saturation (?:increased|raised|applied|"
        r"filter)|vibran|vivid|colou?r enhance",
        (
            "Make the colors of {this} much stronger and more vivid, without changing what it "
            "shows.",
            "Boost the color intensity of {this} until it looks vivid, leaving shapes and light "
            "as they are.",
        ),
        "with much more vivid colors",
        lambda like: aligned(like) and like.answer.saturation > 1.25 * like.question.saturation,
    ),
    Effect(
        "false colour",
        r"colou?r ?-?map|false[- ]colou?r|pseudo[- ]?colou?r|heat ?-?map|gradient map|"
        r"lookup table|thermal",
        (
            "Recolor {this} by replacing each level of brightness with a color of its own, from "
            "one end of a color scale to the other.",
            "Show the light and dark of {this} in false colors, one color for each level of "
            "brightness.",
        ),
        "in false colors, each standing for a level of brightness",
        lambda like: coloured(like) and like.question.saturation < 0.05,
    ),
    Effect(
        "warmer",
        r"warm(?:er)?\b|colou?r temperature",
        (
            "Warm up the light in {this}, as if it had been taken shortly before sunset.",
            "Shift the colors of {this} toward warm yellow and orange tones and leave everything "
            "else alone.",
        ),
        "in a warmer light, tinted yellow and orange",
        lambda like: aligned(like) and like.tone > 0.8 and like.warmth > 0.05,
    ),
    Effect(
        "cooler",
        r"cool(?:er)?\b|cold(?:er)?\b|colou?r temperature",
        ("Make the light in {this} cooler, with a bluish tint as on an overcast day.",),
        "in a cooler, bluish light",
        lambda like: aligned(like) and like.tone > 0.8 and like.warmth < -0.05,
    ),
    Effect(
        "colour shift",
        r"(?:hue|colou?r)[ -](?:shift|rotat|chang|exchang|temperature|balance)|(?:rotate|shift|"
        r"exchange|swap)d? (?:the )?colou?rs|"
        r"recolou?r|coloriz|colouris|tint|white balance|channel mixer|swap(?:ped)? channels",
        (
            "Change the colors of {this} while all shapes stay as they are{colors}.",
            "Recolor {this}{colors}, without touching its shapes.",
        ),
        "in other colors{colors}",
        coloured,
    ),
    Effect(
        "vignette",
        r"vignett",
        (
            "Darken {this} gradually toward its edges and corners, so that the middle stands out.",
            "Add a vignette to {this}: leave the center as it is and let the borders fade away "
            "softly.",
        ),
        "fading toward its edges while the middle stays clear",
        lambda like: like.same_shape and like.outline > 0.4 and visible(like),
    ),
    Effect(
        "glow",
        r"soft ?-?glow|\bbloom\b|\bglow(?:ing)?\b|orton",
        (
            "Let the bright parts of {this} glow, as if soft light spilled from them over their "
            "surroundings.",
            "Give {this} a dreamy glow that spreads from its brightest areas.",
        ),
        "with a soft glow spreading from its bright parts",
        lambda like: aligned(like) and like.tone > 0.7 and visible(like),
    ),
)
