"""Which output feeds which input, and sizes that only one of the two graphs knows."""

from __future__ import annotations

import numpy as np
import pytest

from inference.recording import RecordingGraph
from tui.errors import ModelError
from tui.inference.segmenters.wiring import batch_axes, connect, fits, need, square

Shape = tuple[int | None, ...]


def encoder(*, side: int | None = 64, **outputs: tuple[int, ...]) -> RecordingGraph:
    return RecordingGraph(
        {"image": (1, 3, side, side)}, {n: np.zeros(s, np.float32) for n, s in outputs.items()}
    )


def decoder(**inputs: Shape) -> RecordingGraph:
    return RecordingGraph(inputs, {"masks": np.zeros((1,), np.float32)})


def test_outputs_go_to_inputs_of_the_same_name_or_of_the_only_fitting_shape() -> None:
    graph = encoder(embed=(1, 8, 4, 4), fine=(1, 2, 16, 16), middle=(1, 2, 16, 16))
    found = connect(graph, decoder(image_embed=(1, 8, 4, 4), fine=(1, 2, 16, 16)), ["image_embed", "fine"])
    assert found == {"image_embed": "embed", "fine": "fine"}


@pytest.mark.parametrize("wanted", [(1, 2, 16, 16), (1, 8, 5, 5)])
def test_no_output_or_two_that_fit_are_refused(wanted: Shape) -> None:
    graph = encoder(embed=(1, 8, 4, 4), a=(1, 2, 16, 16), b=(1, 2, 16, 16))
    with pytest.raises(ModelError, match="do not belong together"):
        connect(graph, decoder(x=wanted), ["x"])


def test_the_same_name_with_another_shape_is_refused() -> None:
    with pytest.raises(ModelError, match="do not belong together"):
        connect(encoder(x=(1, 8, 4, 4), y=(1, 2, 2, 2)), decoder(x=(1, 2, 2, 2)), ["x"])


def test_free_axes_fit_everything_and_ranks_must_agree() -> None:
    assert fits((1, None, 4), (None, 7, 4))
    assert not fits((1, 4), (1, 4, 4))
    assert not fits((1, 4), (1, 5))


def test_prompts_are_stacked_only_where_every_axis_is_free() -> None:
    wanted = {"points": 0, "labels": 0}
    assert batch_axes(decoder(points=(None, None, 2), labels=(None, None)), wanted) == wanted
    assert batch_axes(decoder(points=(None, None, 2), labels=(1, None)), wanted) == {}


def test_the_graphs_side_wins_over_the_manifests() -> None:
    assert square(encoder(side=64), side=128) == 64
    assert square(encoder(side=None), side=128) == 128
    with pytest.raises(ModelError, match="Write input_side"):
        square(encoder(side=None), side=None)
    with pytest.raises(ModelError, match="does not take a picture"):
        square(decoder(x=(1, 5)), side=64)


def test_what_a_graph_lacks_is_listed() -> None:
    need(decoder(a=(1,)), "decoder", inputs=("a",), outputs=("masks",))
    with pytest.raises(ModelError, match="no such decoder: it lacks b, scores; it has inputs 'a'"):
        need(decoder(a=(1,)), "decoder", inputs=("a", "b"), outputs=("scores",))
