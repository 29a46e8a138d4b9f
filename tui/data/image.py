"""The one way from a file to pixels: every view, model and export sees the same upright RGB array.

Rules, for every kind of file:

- Orientation: EXIF is applied as OpenCV does when it decodes to colour, which is what the common trainers
  do; width and height are those of the decoded array.
- Alpha is dropped and the colour under it shown; palettes, grey and CMYK become RGB; of several pages or
  frames the first is shown.
- More than 8 bits a channel: stretched linearly, all channels alike, so that the 0.5 and 99.5 percentiles
  become black and white. Twelve-bit data in 16-bit files would be black otherwise.
- A JPEG cut short is shown as far as it goes, with a warning. Anything else that is damaged is an error.
"""

from __future__ import annotations

import hashlib
import io
import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.TiffImagePlugin import TiffImageFile

from tui.data.files import NotRegularError, open_regular, why
from tui.errors import ImageError

IMAGE_SUFFIXES = frozenset(
    (
        ".avif",
        ".bmp",
        ".dng",
        ".heic",
        ".heif",
        ".jp2",
        ".jpeg",
        ".jpg",
        ".mpo",
        ".png",
        ".tif",
        ".tiff",
        ".webp",
    )
)
"""What Ultralytics 8.4 takes for an image, in lower case."""

DEFAULT_MAX_BYTES = 512_000_000
DEFAULT_MAX_PIXELS = 200_000_000

_FORMATS = ("AVIF", "BMP", "DIB", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")
"""What Pillow may try: its other readers (EPS starts a program) have no business with a photo."""

_DEEP_MODES = ("I", "F", "I;16")
_ORIENTATION, _WIDTH, _LENGTH, _BITS = 274, 256, 257, 258  # TIFF tags, which EXIF shares

# The limit is `max_pixels`, checked on the parsed header; Pillow's own would refuse what a user allowed.
Image.MAX_IMAGE_PIXELS = None
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


@dataclass(frozen=True, slots=True, eq=False)
class DecodedImage:
    """Upright RGB uint8 [H, W, 3], its (width, height), and what the person should know about the file."""

    rgb: NDArray[np.uint8]
    wh: tuple[int, int]
    warning: str = ""


@dataclass(frozen=True, slots=True)
class _Header:
    """What the file says of itself: format, upright size, more than 8 bits a channel, more than one page."""

    format: str
    wh: tuple[int, int]
    deep: bool
    pages: bool


def is_image_name(name: str) -> bool:
    """Whether a file name ends as an image and is neither hidden nor a macOS shadow (`._photo.jpg`)."""
    # A `Path` for each of a million names would cost seconds.
    suffix = os.path.splitext(name)[1]  # noqa: PTH122
    return not name.startswith(".") and suffix.lower() in IMAGE_SUFFIXES


def read_image(
    path: Path, *, max_bytes: int = DEFAULT_MAX_BYTES, max_pixels: int = DEFAULT_MAX_PIXELS
) -> DecodedImage:
    """Decode an image file by the rules of this module.

    Raises ImageError, with a plain sentence, for everything that keeps the file from being shown.
    """
    data = _read(path, max_bytes)
    header = _header(data, path)
    width, height = header.wh
    if width * height > max_pixels:
        limit = f"{max_pixels / 1e6:.0f} MP"
        raise ImageError(
            f"{path.name} is too large", f"{width}x{height} is over the {limit} limit", "Raise max_pixels_m"
        )
    warning = "holds several pages or frames; the first is shown" if header.pages else ""
    if header.format in ("JPEG", "MPO") and _is_cut_short(data):
        warning = "is damaged: the file ends before the image does"
        data += b"\xff\xd9"  # OpenCV gives up on a buffer without an end marker; with one it shows the rest
    try:
        rgb = _decode_opencv(data, header.deep)
        if rgb is None:
            rgb = _decode_pillow(data, path)
    except MemoryError as error:
        raise ImageError(f"{path.name} cannot be shown", "it needs more memory than is free") from error
    return DecodedImage(rgb, (rgb.shape[1], rgb.shape[0]), warning)


def file_digest(path: Path, *, max_bytes: int = DEFAULT_MAX_BYTES) -> str:
    """SHA-256 of an image file's bytes, in hex. Raises ImageError when it cannot be read."""
    return hashlib.sha256(_read(path, max_bytes)).hexdigest()


def image_wh(path: Path) -> tuple[int, int]:
    """Upright (width, height) from the header alone, about 0.1 ms.

    Raises ImageError when there is no header to read.
    """
    try:
        with open_regular(path) as file, _pillow(file) as image:
            return _upright_wh(image)
    except UnidentifiedImageError as error:
        raise _not_decodable(path, error) from error
    except OSError as error:
        raise _unreadable(path, error) if error.errno else _not_decodable(path, error) from error
    except Exception as error:
        raise _not_decodable(path, error) from error


def _read(path: Path, max_bytes: int) -> bytes:
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            data = file.read(max_bytes + 1) if size <= max_bytes else b""
    except OSError as error:
        raise _unreadable(path, error) from error
    if size > max_bytes or len(data) > max_bytes:
        limit = f"{size / 1e6:.0f} MB is over the {max_bytes / 1e6:.0f} MB limit"
        raise ImageError(f"{path.name} is too large", limit, "Raise max_image_mb")
    if not data:
        raise ImageError(f"{path.name} is empty")
    return data


def _unreadable(path: Path, error: OSError) -> ImageError:
    if isinstance(error, NotRegularError):
        return ImageError(f"{path.name} is not an image", why(error))
    return ImageError(f"{path.name} cannot be read", why(error))


_pillow_lock = threading.Lock()


@contextmanager
def _pillow(file: IO[bytes]) -> Iterator[Image.Image]:
    """An image opened by Pillow, without the warnings that would be printed across the screen.

    One at a time: the list of warning filters belongs to the whole process.
    """
    with _pillow_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(file, formats=_FORMATS) as image:
            yield image


def _header(data: bytes, path: Path) -> _Header:
    try:
        with _pillow(io.BytesIO(data)) as image:
            pages = image.format != "MPO" and bool(getattr(image, "is_animated", False))
            return _Header(image.format or "", _upright_wh(image), _is_deep(image, data), pages)
    except Exception as error:
        # Pillow's readers raise whatever a hostile file makes them stumble over: struct.error, KeyError, ...
        raise _not_decodable(path, error) from error


def _upright_wh(image: Image.Image) -> tuple[int, int]:
    """The size after orientation, as OpenCV will decode it; nothing is decoded here."""
    if isinstance(
        image, TiffImageFile
    ):  # Pillow versions differ in whether `size` is upright; the tags are not
        tags = image.tag_v2
        width, height, orientation = int(tags[_WIDTH]), int(tags[_LENGTH]), tags.get(_ORIENTATION, 1)
    else:
        width, height = image.size
        exif = Image.Exif()
        # `getexif` of a PNG would decode the whole image to look behind it.
        exif.load(image.info.get("exif", b"") if image.format in ("JPEG", "MPO", "PNG", "WEBP") else b"")
        orientation = exif.get(_ORIENTATION, 1)
    return (height, width) if orientation in (5, 6, 7, 8) else (width, height)


def _is_deep(image: Image.Image, data: bytes) -> bool:
    """More than 8 bits a channel; Pillow's mode says so for grey only."""
    if image.format == "PNG":
        return data[24] == 16  # bit depth in the IHDR chunk, which must come first
    if isinstance(image, TiffImageFile):
        return bool(max(image.tag_v2.get(_BITS, (1,))) > 8)
    return image.mode.startswith(_DEEP_MODES)


def _is_cut_short(data: bytes) -> bool:
    """Whether a JPEG has no end marker behind the start of its first scan (thumbnails have their own)."""
    position = 2
    while data[position : position + 1] == b"\xff" and position + 4 <= len(data):
        if data[position + 1] == 0xDA:
            return data.rfind(b"\xff\xd9", position) < 0
        filler = data[position + 1] in (0xFF, 0x01)
        position += 1 if filler else 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    return True


def _decode_opencv(data: bytes, deep: bool) -> NDArray[np.uint8] | None:
    """RGB by OpenCV, or None where it cannot: then Pillow is asked, and says why if it cannot either."""
    flags = cv2.IMREAD_COLOR | cv2.IMREAD_ANYDEPTH if deep else cv2.IMREAD_COLOR
    try:
        bgr = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error:
        return None
    if bgr is None:
        return None
    if bgr.dtype != np.uint8:
        bgr = _stretch(bgr)
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB, dst=bgr), np.uint8)


def _decode_pillow(data: bytes, path: Path) -> NDArray[np.uint8]:
    try:
        with _pillow(io.BytesIO(data)) as image:
            upright = ImageOps.exif_transpose(image)
            if upright.mode.startswith(_DEEP_MODES):
                return np.repeat(_stretch(np.asarray(upright))[:, :, None], 3, axis=2)
            return np.array(upright.convert("RGB"))
    except MemoryError:
        raise
    except Exception as error:
        raise _not_decodable(path, error) from error


def _stretch(pixels: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Values between the 0.5 and 99.5 percentiles over 0..255; not-a-number becomes black."""
    values = np.nan_to_num(pixels.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    sample = values.reshape(-1)[:: max(1, values.size // 1_000_000)]
    low, high = np.percentile(sample, (0.5, 99.5))
    scaled = (values - low) * (255.0 / max(float(high - low), 1e-12))
    return np.asarray(np.clip(scaled, 0, 255), np.uint8)


def _not_decodable(path: Path, error: Exception) -> ImageError:
    if isinstance(error, UnidentifiedImageError) or not str(error):
        if path.suffix.lower() in (".heic", ".heif"):
            return ImageError(
                f"{path.name} cannot be decoded here", "it is HEIC", "Convert it to JPEG or PNG"
            )
        return ImageError(f"{path.name} is not an image")
    return ImageError(f"{path.name} is damaged", str(error).rstrip("."))
