"""Words that tell what leads from one picture to another, whatever the pictures show.

They may pass from an agent that reads pages to one that writes questions. With them alone nothing
can be named, praised or sold, and nobody be told to say something: there are verbs of change and
view, times, positions, quantities and units, states, what is done to pictures, generic materials
and the levels at which matter is built, but no makers, verbs of speech or of trade, no words of
praise, and of things none that has a name of its own.
"""

from __future__ import annotations

from vqva_crawl.agents.rules.text import STOP
from vqva_crawl.clients import wording

_SPEECH = frozenset(("called", "shall", "should", "must"))  # among the stop words
_PICTURES = (
    "answer background border bottom caption case center centre chart close closeup column copy "
    "corner depict diagram display drawing drawn edge enlarged enlargement example explain "
    "explanation figure focus foreground frame graph grid illustrate illustration image "
    "indicate labeled labelled layer layout line look magnification magnified map micrograph "
    "observe original outline panel part perspective photo photograph picture plan point "
    "profile question region render represent representation represented result reveal row "
    "scale scene schematic section sketch source unlabeled unlabelled version view visible zoom "
    "zoomed"
)
_CHANGES = (
    "add added addition adjust align alter appear applied apply arrange arrangement assemble "
    "attach attached became become bend bent bleach blend blown blur blurred boil break "
    "brighten broaden broke broken build built bulge burn burnt burst came carve change clean "
    "clump collapse combination combine come complete compose composed compress compression "
    "connect connected connection consist contain contract contraction conversion convert cook "
    "cool correct cover crack crop crumble crumple crush curl cut damage darken decay decompose "
    "decrease deform deformation deformed dent detach develop development die died disappear "
    "disassemble dissolve distort distortion divide division double drain dried droop drop dry "
    "eliminate emboss embossed emerge enclose enclosed enlarge enter erase erode erosion etch "
    "evaporate exist expand expansion explode exploded expose exposed exposure extend extension "
    "extract fade fall fallen fell fill fit flatten flip flipped float flourish flow fold "
    "follow form formation freeze froze frozen fuse fusion gather germinate glow go gone grew "
    "grow grown growth hang happen harden hatch heat held hide hold hung increase inflate input "
    "insert interact inversion invert isolate join keep kept laid lead lean leave led lengthen "
    "lie lift line load loosen lose loss lost lower mark mature melt merge mirror mix mixture "
    "modified modify motion move movement multiply narrow occur open output overlap pack pass "
    "peel peeled perform picked pixelate pixelated pixelize place posterize pour preserve "
    "pressed process processed produce progress progressively project pull push put raise ran "
    "reach react reaction rearrange rebuild rebuilt recolor recolour recover rectify reduce "
    "reduction reflect reflection remain removal remove repair replace replacement "
    "resize respond response restore reverse ripen ripple rise risen rot rotate rotation rub "
    "run sank scatter separate separation set shade shape sharpen shift shine shorten shrank "
    "shrink shrivel shrunk sink slice slide smear smooth soak soften solidify spin split spread "
    "spun squeeze stack start stay stick stop straighten stretch sunk surround swap swell swirl "
    "switch swollen take taken tangle tear thicken thrive tighten tilt tint took torn touch "
    "transform transformation transformed treat treated treatment trim turn twist uncover "
    "undergo undergone undo unfold unroll untangle untreated vanish vary visualise visualize "
    "weaken wear went widen wilt wither worn wound wrap wrinkle"
)
_TIMES = (
    "after again age ago already always autumn before began begin beginning begun consecutive "
    "constant current day during earlier earliest early end evening eventual eventually ever "
    "final finally finish first fresh freshly gradual gradually hour immediate immediately "
    "initial initially instant last late later latest minute moment month morning never next "
    "night now old older oldest once period permanent phase previous previously quick quickly "
    "rapid rapidly recent season second sequence series simultaneous slow slowly sometimes soon "
    "spring stage step still successive sudden suddenly summer temporary third time twice until "
    "week winter year yet young younger youngest"
)
_PLACES = (
    "above across adjacent ahead along angle apart area around aside asymmetric axis back "
    "backward base behind below beneath beside between beyond block circle clockwise cone core "
    "counterclockwise cross cube cylinder depth diagonal direction directly disc disk distance "
    "dot down downward downwards everywhere exterior far farther forward front further ground "
    "half height horizontal horizontally inner innermost inside interior inward inwards left "
    "length level loop middle near nearby nearest neighboring neighbouring opposite orientation "
    "outer outermost outside outward outwards over overhead parallel perfectly perpendicular "
    "piece position quarter radial rear rectangle right side sideways space sphere stripe "
    "surface symmetric symmetrical symmetry together top toward towards triangle under "
    "underneath underside up upper upright upside upward upwards vertical vertically where "
    "whole width within"
)
_MEASURES = (
    "about additional almost amount approximately average big bigger biggest broad broader cm "
    "completely deep deeper degree each eleven empty enough entire entirely equal equally even "
    "evenly every exactly extra few fewer full fully g group high higher highest huge hundred "
    "kg km large larger largest least less little long longer longest low lowest many maximum "
    "minimum mm more most mostly much multiple nearly nm none nothing number pair partial "
    "partially partly percent pixel primarily proportion px quite rather ratio rest scarcely "
    "several shallow shallower short shorter shortest single sixteen size slight slightly small "
    "smaller smallest strongly tall taller tallest tenth thick thicker thickest thickness thin "
    "thinner thinnest thirteen tiny total triple twelve twenty uniform uniformly unit very wide "
    "wider widest"
)
_STATES = (
    "active alive alone apparent artificial bare black blue blurry bright brighter brightest "
    "brightness brown circular clear clearer clearly closed cloudy coarse coarser cold colder "
    "color colored colorful colorless colour coloured colourful colourless concave consecutive "
    "continuous contrast convex cooler crooked crowded curve curved cylindrical damp dark "
    "darker darkest darkness dead dense denser dim dimmer dirty discrete dotted dull faint "
    "fainter fast faster fine finer flat flatter flexible foggy gray grayscale green grey "
    "greyscale hard harder healthy heavier heavy hidden hollow hot hotter hue inactive "
    "incomplete intact intense intensity invisible irregular jagged light lighter lightest "
    "lightness linear liquid living loose looser matte mild monochrome natural noise noisy "
    "normal opaque orderly oval pale paler patch pattern pink plain pointed precise precision "
    "purple random raw rectangular red regular rigid ripe rotten rough rougher round rounded "
    "saturated saturation shadow sharp sharper sharpness shiny simple simplified smoother soft "
    "softer solid sparse spherical spiral spot spotted square stable steep steeper stiff "
    "straight strength striped strong stronger tense texture tight tighter tone translucent "
    "transparency transparent triangular uneven unripe unstable untouched vivid warm warmer "
    "weak weaker wet wetter white yellow"
)
_RELATIONS = (
    "actual affected alike also although another associated because being belong cause certain "
    "character common compare comparison component condition contrary correspond corresponding "
    "corresponds counterpart default depend derived design detail differ difference different "
    "due effect either element else except external factor feature force former found function "
    "generic hence however identical identity including individual inspect instance instead "
    "internal itself kind latter manner match material measure measurement method neither "
    "object ordinary otherwise own parts possible present pressure primary principle property "
    "purpose reason related relation relationship relative resemble respectively role same "
    "sample secondary setting shared similar similarity since something sort specific specimen "
    "state structural structure style subject substance such temperature than therefore thing "
    "though thus type typical unchanged underlying unlike variant variation varied via way "
    "whether which while without"
)
_MATERIALS = "ceramic cloth fabric glass metal metallic paper plastic stone wood wooden"
# What is measured (the quantities of ISO 80000 that are spoken of outside of physics, and those of
# statistics), in which units, and by how much.
_QUANTITIES = (
    "acceleration acidity altitude amplitude bandwidth capacity circumference coefficient "
    "concentration conductivity content count density deviation diameter dilution distribution "
    "dose duration elevation energy fraction frequency gradient hardness humidity intensity "
    "interval iteration latitude limit longitude luminance luminosity mass mean median moisture "
    "momentum offset opacity parameter percentage ph phase position potential power probability "
    "radius radii range rate resolution rotation salinity slope spacing speed tension threshold "
    "tolerance torque value variance velocity viscosity voltage volume wavelength weight width "
    "yield"
)
_UNITS = (
    "ampere bit byte celsius centimeter centimetre db dpi fahrenheit feet foot gallon gram hertz "
    "hz inch inches joule kelvin khz kilogram kilometer kilometre kpa liter litre lumen lux meter "
    "metre mg mhz micrometer micrometre mile milligram milliliter millilitre millimeter "
    "millimetre min ml mol mole mph nanometer nanometre newton ohm ounce pa pascal pound ppi ppm "
    "radian sec ton tonne um volt watt yard \u00b5m \u03bcm"
)
# What is done to pictures and with what, in any program or microscope.
_IMAGING = (
    "alpha antialias artifact bitmap blending brush canvas channel colorize contour contrast "
    "convolution denoise desaturate dilate dither dodge emboss exposure feather fill filter gamma "
    "gaussian guide highlight histogram hue interpolate interpolation kernel lens lighting "
    "lightness luma map mask mesh midtone mode mosaic negative noise overlay palette pencil "
    "preview quantize raster resample sampling saturation screenshot select selected selection "
    "sepia silhouette slider smudge spectrum stain stained staining stroke thumbnail tile tool "
    "transparency vector viewpoint vignette warp watercolor watercolour wireframe"
)
# Levels at which living and dead matter is built, and the stages of a life.
_BUILT = (
    "adult atom bacteria bacterium bud cavity cell cellular chamber chemical compound crystal "
    "duct egg electron embryo energy enzyme fiber fibre fluid fossil fungi fungus gas gene "
    "habitat infant ion juvenile larva larvae life membrane microscope microscopic mineral "
    "molecular molecule nuclei nucleus nutrient organ organism oxygen particle pathway plant "
    "population protein pupa seed seedling skeleton soil species sprout substrate survival "
    "survive tissue tube virus wall wave"
)

WORDS = ((STOP | wording.STOP | wording.PHRASE) - _SPEECH) | frozenset(
    " ".join(
        (
            _PICTURES,
            _CHANGES,
            _TIMES,
            _PLACES,
            _MEASURES,
            _STATES,
            _RELATIONS,
            _MATERIALS,
            _QUANTITIES,
            _UNITS,
            _IMAGING,
            _BUILT,
        )
    ).split()
)
VOCABULARY = frozenset(map(wording.stem, WORDS))
_BRIEF = 3  # letters of a word whose stem is that of too many others


def relational(word: str) -> bool:
    """Whether a word in lower case, in any of its forms, tells of a relation."""
    return word in WORDS or (len(word) > _BRIEF and wording.stem(word) in VOCABULARY)
