"""Pages for a wiki of our own, and the pictures that they show: each in the markup of another kind
of page. Only its last page has too few pictures for a pair."""

from __future__ import annotations

from vqva_crawl.clients.demo.pictures import picture

LICENCE = "https://creativecommons.org/licenses/by-sa/4.0/"

FROG = """The '''common frog''' lives in ponds and wet meadows. Its stages are shown here step by
step; all were drawn at one pond over time, before and after each change.

== Spawn ==
[[File:Frog 1 spawn.png|thumb|A clump of spawn under the surface, each black egg in its own ball of
jelly.]]
The [[egg]]s float just below the surface for about two weeks.

== Tadpole ==
[[File:Frog 2 tadpole.png|thumb|Three weeks later a tadpole swims below the reeds: a round body, a
long tail, and no legs yet.]]
After two weeks the dots turn into commas and wriggle free.

== Legs ==
[[File:Frog 3 legs.png|thumb|The same tadpole seven weeks on. The hind legs have grown, the tail is
still there.]]
[[File:Frog 4 froglet.png|thumb|The froglet has climbed onto the rock. Four legs now, and only a
stub left of the tail.]]
The animal breathes air from now on.
"""

GARDEN = """This '''garden plan''' is for a plot of ten metres by twelve with a shed and a pear
tree. It is told step by step what was changed, and what the garden is to become over time.
All stages are drawn to one scale with the house at the top, before and after the work.

<gallery widths=300>
File:Plot as found.png|The garden before: lawn with three bald patches and a straight slab path.
Plot as planted.png|The same garden after the redesign: a wide terrace with a table, and a pond.
</gallery>
"""

CANDLE = """A '''candle''' burns down within an evening. These are its stages step by step, over
time, before and after the glass was put over it. Wax turns into vapour and carbon dioxide.

{|
|-
| [[File:Candle under glass.png|frameless|The candle burns under a glass dome]]
| [[File:Candle gone out.png|frameless|The candle under the glass dome has gone out]]
|-
| Just covered: still burning under the glass
| Forty seconds later: gone out, with a thread of smoke
|}
"""

GEARS = """A '''gear''' is a wheel with teeth. Here two gears are turned step by step: the stages
stand below one another, over time, before and after each half turn. The small one has 12 teeth.

[[File:Gears start.png|thumb|none|400px|Starting position: both painted wedges point up.]]
[[File:Gears directions.png|thumb|none|400px|The same gears with arrows added for the directions:
turn the small gear clockwise and the large one is pushed anticlockwise.]]
"""

TREE = """The '''apple tree''' in the four seasons, seen from one place. The stages of its year are
shown step by step and over time, before and after the leaves fall.

[[File:Apple tree in April.jpg|thumb|The tree in spring, with blossom.]]
[[File:Apple tree in July.jpg|thumb|The same tree in summer, in full leaf.]]
[[File:Apple tree in October.jpg|thumb|The same tree in autumn, with ripe apples.]]
[[File:Apple tree in January.jpg|thumb|The same tree in winter, without leaves.]]
"""

POND = """A '''pond''' is a small body of water in which a frog can live. Its stages are told of
elsewhere, step by step, over time, before and after. [[File:Pond.png|thumb|A pond.]]
"""

PAGES = {
    "Common frog": FROG,
    "Garden plan": GARDEN,
    "Burning candle": CANDLE,
    "Gear": GEARS,
    "Apple tree": TREE,
    "Pond": POND,
}

_DRAWN = {
    "Frog_1_spawn.png": "pond/spawn.png",
    "Frog_2_tadpole.png": "pond/tadpole.png",
    "Frog_3_legs.png": "pond/tadpole-hind-legs.png",
    "Frog_4_froglet.png": "pond/froglet.png",
    "Plot_as_found.png": "garden/plan-before.png",
    "Plot_as_planted.png": "garden/plan-after.png",
    "Candle_under_glass.png": "candle/under-glass.png",
    "Candle_gone_out.png": "candle/out.png",
    "Gears_start.png": "gears/start.png",
    "Gears_directions.png": "gears/directions.png",
    "Apple_tree_in_April.jpg": "orchard/april.jpg",
    "Apple_tree_in_July.jpg": "orchard/july.jpg",
    "Apple_tree_in_October.jpg": "orchard/october.jpg",
    "Apple_tree_in_January.jpg": "orchard/january.jpg",
    "Pond.png": "pond/frog.png",
}


def pictures() -> dict[str, bytes]:
    """File name -> bytes of all pictures that the pages show."""
    return {name: picture(drawn) for name, drawn in _DRAWN.items()}
