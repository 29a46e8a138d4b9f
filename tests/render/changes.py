"""Changes of a scene, for random walks: `dict`s of fields to replace."""

from __future__ import annotations

from hypothesis import strategies as st

from render.drawn import PHOTO, disc_mask, draw_photo
from tui.render.scene import GridMark, MaskMark, PointMark, ShapeMark, TextMark, View, box_points
from tui.types.shapes import Box

OTHER_PHOTO = draw_photo(seed=8)
COLOURS = ((230, 159, 0), (86, 180, 233), (255, 255, 255), (0, 0, 0), (30, 10, 60))

PLACES = st.tuples(st.integers(-20, 420), st.integers(-20, 320))
BOXES = st.builds(
    lambda x, y, w, h: box_points(Box(x, y, x + w, y + h)),
    st.integers(-20, 380),
    st.integers(-20, 280),
    st.integers(1, 200),
    st.integers(1, 200),
)
SHAPES = st.builds(
    ShapeMark, BOXES, st.sampled_from(COLOURS), st.sampled_from(["solid", "selected", "open"]), st.booleans()
)
POINTS = st.builds(PointMark, st.integers(0, 400), st.integers(0, 300), st.booleans())
MASKS = st.builds(
    lambda x, y, radius, colour: MaskMark(disc_mask(x, y, radius), colour),
    st.integers(50, 350),
    st.integers(50, 250),
    st.integers(5, 140),
    st.sampled_from(COLOURS),
)
GRID = GridMark(tuple(Box(x, 40, x + 90, 200) for x in (0, 90, 180)), ("q", "w", ";"))
TEXTS = st.builds(
    TextMark,
    st.sampled_from(["cat", "12 dog"]),
    st.integers(-20, 420),
    st.integers(-20, 320),
    st.sampled_from(COLOURS),
    st.sampled_from(["middle", "above"]),
)
VIEWS = st.builds(View, st.integers(-20, 100), st.integers(-20, 100), st.sampled_from([0.5, 1.0, 1.3, 4.0]))
CHANGES = st.one_of(
    PLACES.map(lambda at: {"cursor": at}),
    PLACES.map(lambda at: {"cursor": at}),
    st.just({"cursor": None}),
    MASKS.map(lambda mask: {"mask": mask}),
    st.just({"mask": None}),
    st.lists(SHAPES, max_size=3).map(lambda shapes: {"shapes": tuple(shapes)}),
    st.lists(POINTS, max_size=3).map(lambda points: {"points": tuple(points)}),
    st.sampled_from([GRID, None]).map(lambda grid: {"grid": grid}),
    st.lists(TEXTS, max_size=2).map(lambda texts: {"texts": tuple(texts)}),
    VIEWS.map(lambda view: {"view": view}),
    st.sampled_from([PHOTO, OTHER_PHOTO, None]).map(lambda photo: {"photo": photo}),
)
