"""Opening segmenters by name and by path."""

from __future__ import annotations

from pathlib import Path

import pytest

from inference import tinysam
from inference.refmodels import write_model
from tui.errors import ModelError
from tui.inference.segmenters.registry import open_segmenter


def test_the_default_segmenter_opens_without_files() -> None:
    assert open_segmenter("grabcut").name == "grabcut"


@pytest.mark.parametrize("as_text", [True, False])
def test_a_pair_of_ones_own_opens_by_path(tmp_path: Path, as_text: bool) -> None:
    for name, data in (("e", tinysam.encoder_hwc()), ("d", tinysam.decoder())):
        (tmp_path / name).write_bytes(data)
    folder = tmp_path / "mine"
    write_model(folder, "mine", tmp_path / "e", tmp_path / "d")
    segmenter = open_segmenter(str(folder) if as_text else folder)
    assert (segmenter.name, segmenter.provider) == ("mine", "CPU")


def test_an_unknown_protocol_names_those_that_are_known(tmp_path: Path) -> None:
    (tmp_path / "manifest.toml").write_text('name = "x"\ntitle = "x"\nprotocol = "psychic"\nlicence = "x"\n')
    with pytest.raises(ModelError, match=r"speaks 'psychic'.*Segmenters speak grabcut, sam"):
        open_segmenter(tmp_path)


def test_a_model_without_its_files_says_what_to_fetch() -> None:
    with pytest.raises(ModelError, match=r"mobile_sam_image_encoder\.onnx"):
        open_segmenter("mobile-sam")
