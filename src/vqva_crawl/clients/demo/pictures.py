"""Every picture of the demo site: its name on the image origin, and who draws it."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Callable
from functools import partial
from types import MappingProxyType

from PIL import Image

from vqva_crawl.clients.demo import (
    draw_apple_tree,
    draw_bean,
    draw_butterfly,
    draw_candle,
    draw_chairs,
    draw_charts,
    draw_circuit,
    draw_frog,
    draw_fruit,
    draw_garden,
    draw_jars,
    draw_machines,
    draw_mark,
    draw_moon,
    draw_optics,
    draw_paper,
    draw_pictograms,
    draw_poster,
    draw_river,
    draw_room,
    draw_shelf,
    draw_site_signs,
    draw_stool,
    draw_tangram,
    draw_village,
    draw_volcano,
)

OPTED_OUT = frozenset({"village/fog.jpg"})
"""Pictures that are served with an X-Robots-Tag against use for machine learning."""

PICTURES: MappingProxyType[str, Callable[[], Image.Image]] = MappingProxyType(
    {
        "pond/spawn.png": partial(draw_frog.frog, 1),
        "pond/tadpole.png": partial(draw_frog.frog, 2),
        "pond/tadpole-hind-legs.png": partial(draw_frog.frog, 3),
        "pond/froglet.png": partial(draw_frog.frog, 4),
        "pond/frog.png": partial(draw_frog.frog, 5),
        "milkweed/egg.png": partial(draw_butterfly.monarch, 1),
        "milkweed/caterpillar.png": partial(draw_butterfly.monarch, 2),
        "milkweed/chrysalis.png": partial(draw_butterfly.monarch, 3),
        "milkweed/chrysalis-clear.png": partial(draw_butterfly.monarch, 4),
        "milkweed/butterfly.png": partial(draw_butterfly.monarch, 5),
        "beans/day-02.jpg": partial(draw_bean.bean, 1),
        "beans/day-06.jpg": partial(draw_bean.bean, 2),
        "beans/day-10.jpg": partial(draw_bean.bean, 3),
        "beans/day-16.jpg": partial(draw_bean.bean, 4),
        "moon/crescent.png": partial(draw_moon.moon, 0.2),
        "moon/first-quarter.png": partial(draw_moon.moon, 0.5),
        "moon/gibbous.png": partial(draw_moon.moon, 0.8),
        "moon/full.png": partial(draw_moon.moon, 1.0),
        "moon/geometry-quarter.png": partial(draw_moon.geometry, 90),
        "moon/geometry-full.png": partial(draw_moon.geometry, 180),
        "orchard/april.jpg": partial(draw_apple_tree.apple_tree, "spring"),
        "orchard/july.jpg": partial(draw_apple_tree.apple_tree, "summer"),
        "orchard/october.jpg": partial(draw_apple_tree.apple_tree, "autumn"),
        "orchard/january.jpg": partial(draw_apple_tree.apple_tree, "winter"),
        "village/noon.jpg": partial(draw_village.village, "noon"),
        "village/dusk.jpg": partial(draw_village.village, "dusk"),
        "village/night.jpg": partial(draw_village.village, "night"),
        "village/fog.jpg": partial(draw_village.village, "fog"),
        "river/stage-1.png": partial(draw_river.river, 1),
        "river/stage-2.png": partial(draw_river.river, 2),
        "river/stage-3.png": partial(draw_river.river, 3),
        "river/stage-4.png": partial(draw_river.river, 4),
        "volcano/quiet.png": partial(draw_volcano.volcano, "rest"),
        "volcano/inside.png": partial(draw_volcano.volcano, "inside"),
        "volcano/eruption.jpg": partial(draw_volcano.volcano, "eruption"),
        "volcano/crater-lake.png": partial(draw_volcano.volcano, "after"),
        "candle/new.png": partial(draw_candle.candle, 250, burning=False),
        "candle/half.png": partial(draw_candle.candle, 140, burning=True),
        "candle/stub.png": partial(draw_candle.candle, 44, burning=True),
        "candle/under-glass.png": partial(draw_candle.candle, 140, burning=True, glass=True),
        "candle/out.png": partial(draw_candle.candle, 140, burning=False, glass=True, smoke=True),
        "room/IMG_3311.jpg": draw_room.before,
        "room/IMG_3498.jpg": draw_room.after,
        "room/IMG_3502.jpg": partial(draw_room.after, evening=True),
        "room/plan.png": draw_room.plan,
        "poster/draft-1.png": draw_poster.draft,
        "poster/final.png": draw_poster.final,
        "poster/grid.png": partial(draw_poster.final, grid=True),
        "poster/final-night.png": partial(draw_poster.final, night=True),
        "bakery/mark-colour.png": draw_mark.primary,
        "bakery/mark-reversed.png": draw_mark.reversed_out,
        "bakery/mark-black.png": draw_mark.one_colour,
        "bakery/mark-horizontal.png": draw_mark.lockup,
        "bakery/mark-construction.png": draw_mark.construction,
        "stool/sketch.png": draw_stool.sketch,
        "stool/drawing.png": draw_stool.drawing,
        "stool/parts.png": draw_stool.exploded,
        "stool/finished.jpg": draw_stool.finished,
        "pictograms/outline.png": partial(draw_pictograms.sheet, draw_pictograms.OUTLINE),
        "pictograms/filled.png": partial(draw_pictograms.sheet, draw_pictograms.FILLED),
        "pictograms/dark.png": partial(draw_pictograms.sheet, draw_pictograms.DARK),
        "pictograms/house-24.png": draw_pictograms.grid,
        "garden/plan-before.png": partial(draw_garden.garden, "before"),
        "garden/plan-after.png": partial(draw_garden.garden, "after"),
        "garden/plan-year-five.png": partial(draw_garden.garden, "grown"),
        "circuit/bench-open.png": partial(draw_circuit.bench, closed=False),
        "circuit/bench-closed.png": partial(draw_circuit.bench, closed=True),
        "circuit/bench-series.png": partial(draw_circuit.bench, closed=True, lamps=2),
        "circuit/diagram-open.png": partial(draw_circuit.diagram, closed=False),
        "circuit/diagram-closed.png": partial(draw_circuit.diagram, closed=True),
        "circuit/diagram-series.png": partial(draw_circuit.diagram, closed=True, lamps=2),
        "fruit/apple.png": partial(draw_fruit.apple, "whole"),
        "fruit/apple-lengthwise.png": partial(draw_fruit.apple, "lengthwise"),
        "fruit/apple-across.png": partial(draw_fruit.apple, "across"),
        "fruit/orange.png": partial(draw_fruit.orange, "whole"),
        "fruit/orange-across.png": partial(draw_fruit.orange, "across"),
        "fruit/peach.png": partial(draw_fruit.peach, "whole"),
        "fruit/peach-halved.png": partial(draw_fruit.peach, "halved"),
        "optics/rays.png": partial(draw_optics.rays, "none"),
        "optics/rays-convex.png": partial(draw_optics.rays, "convex"),
        "optics/rays-thick.png": partial(draw_optics.rays, "thick"),
        "optics/rays-concave.png": partial(draw_optics.rays, "concave"),
        "optics/pencil-dry.png": partial(draw_optics.pencil, water=False),
        "optics/pencil-water.png": partial(draw_optics.pencil, water=True),
        "levers/balanced.png": partial(draw_machines.beam, {4: 1}, {4: 1}),
        "levers/moved.png": partial(draw_machines.beam, {2: 1}, {4: 1}),
        "levers/second-weight.png": partial(draw_machines.beam, {2: 2}, {4: 1}),
        "gears/start.png": draw_machines.gears,
        "gears/directions.png": partial(draw_machines.gears, arrows=True),
        "gears/half-turn.png": partial(draw_machines.gears, 180),
        "shapes/tray.png": draw_charts.spilled,
        "shapes/sorted.png": draw_charts.sorted_rows,
        "shapes/bars.png": draw_charts.bars,
        "shapes/shares.png": draw_charts.shares,
        "tangram/square.png": partial(draw_tangram.tangram, "square"),
        "tangram/apart.png": partial(draw_tangram.tangram, "square", apart=1.5),
        "tangram/boat.png": partial(draw_tangram.tangram, "boat"),
        "tangram/house.png": partial(draw_tangram.tangram, "house"),
        "tangram/fish.png": partial(draw_tangram.tangram, "fish"),
        "paper/hat-1.png": partial(draw_paper.hat, 1),
        "paper/hat-2.png": partial(draw_paper.hat, 2),
        "paper/hat-3.png": partial(draw_paper.hat, 3),
        "paper/hat-4.png": partial(draw_paper.hat, 4),
        "paper/hat-5.png": partial(draw_paper.hat, 5),
        "jars/nails-new.jpg": partial(draw_jars.nails, rusted=False),
        "jars/nails-week.jpg": partial(draw_jars.nails, rusted=True),
        "ice/fresh.png": partial(draw_jars.ice, 1),
        "ice/twenty-minutes.png": partial(draw_jars.ice, 2),
        "ice/melted.png": partial(draw_jars.ice, 3),
        "chairs/farmhouse.png": partial(draw_chairs.chair, "farmhouse"),
        "chairs/tube.png": partial(draw_chairs.chair, "tube"),
        "chairs/shell.png": partial(draw_chairs.chair, "shell"),
        "shelf/teapot.jpg": draw_shelf.teapot,
        "shelf/lighthouse.jpg": draw_shelf.lighthouse,
        "shelf/cactus.jpg": draw_shelf.cactus,
        "shelf/balloon.jpg": draw_shelf.balloon,
        "sonnenuhr/neun-uhr.png": partial(draw_shelf.sundial, 9),
        "sonnenuhr/fuenfzehn-uhr.png": partial(draw_shelf.sundial, 15),
        "leaves/oak.png": partial(draw_shelf.leaf, "oak"),
        "leaves/beech.png": partial(draw_shelf.leaf, "beech"),
        "leaves/birch.png": partial(draw_shelf.leaf, "birch"),
        "leaves/willow.png": partial(draw_shelf.leaf, "willow"),
        "ui/meadow.png": partial(draw_site_signs.badge, "meadow"),
        "ui/atelier.png": partial(draw_site_signs.badge, "atelier"),
        "ui/lab.png": partial(draw_site_signs.badge, "lab"),
        "ui/search.png": partial(draw_site_signs.sign, "search"),
        "ui/mail.png": partial(draw_site_signs.sign, "mail"),
        "ui/print.png": partial(draw_site_signs.sign, "print"),
        "ui/feed.png": partial(draw_site_signs.sign, "feed"),
        "ui/blank.png": draw_site_signs.blank,
    }
)


@functools.cache
def picture(name: str) -> bytes:
    """The encoded bytes of a picture, drawn when first asked for.

    `name` is its path on the image origin without the leading slash; `pond/frog-300w.png` is
    `pond/frog.png` scaled to 300 pixels of width. Raises KeyError when there is no such picture.
    """
    small = re.fullmatch(r"(.+)-(\d{2,4})w(\.\w+)", name)
    if small is None:
        image = PICTURES[name]()
    else:
        image = Image.open(io.BytesIO(picture(small[1] + small[3])))
        width = int(small[2])
        height = round(image.height * width / image.width)
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    if name.endswith(".jpg"):
        image.save(out, "JPEG", quality=90)
    else:
        image.save(out, "PNG", compress_level=3)
    return out.getvalue()
