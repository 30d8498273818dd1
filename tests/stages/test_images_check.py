"""`check`: what is accepted, what is refused and why, what the stored bytes are."""

from __future__ import annotations

import hashlib
import io
import pickle

import pytest
from drawn_pictures import (
    IMAGES,
    THEN,
    URL,
    diagram,
    encoded,
    gif_of,
    opened,
    photo,
    png_header,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import GifImagePlugin, Image, ImageCms, PngImagePlugin

from vqva_crawl import config
from vqva_crawl.stages.images import CheckedPicture, Refusal, check


def accepted(body: bytes, images: config.Images = IMAGES) -> CheckedPicture:
    verdict = check(body, URL, THEN, images)
    assert isinstance(verdict, CheckedPicture), verdict
    return verdict


def refused(body: bytes, images: config.Images = IMAGES) -> str:
    verdict = check(body, URL, THEN, images)
    assert isinstance(verdict, Refusal)
    return verdict.reason


def with_exif(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "CameraMaker"
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 29.5)  # GPS latitude
    return encoded(photo(), "JPEG", exif=exif, comment=b"at home", quality=90)


# What is stored -------------------------------------------------------------------------------


def test_the_facts_describe_the_stored_bytes() -> None:
    checked = accepted(encoded(photo(320, 240), "PNG"))
    picture = checked.picture
    assert picture.sha256 == hashlib.sha256(checked.body).hexdigest()
    assert picture.size == len(checked.body)
    assert (picture.width, picture.height, picture.format) == (320, 240, "png")
    assert (picture.url, picture.fetched_at) == (URL, THEN)
    assert len(picture.phash) == 16
    assert int(picture.phash, 16) >= 0


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_clean_file_keeps_its_bytes(format: str) -> None:
    body = encoded(photo(), format)
    assert accepted(body).body == body


def test_gps_and_comments_go_and_the_pixels_stay() -> None:
    body = with_exif()
    assert b"CameraMaker" in body
    stored = accepted(body).body
    assert b"CameraMaker" not in stored
    assert b"at home" not in stored
    assert not opened(stored).getexif()
    assert opened(stored).tobytes() == opened(body).tobytes()


@pytest.mark.parametrize("progressive", [False, True])
def test_jpegs_of_both_kinds_lose_metadata_without_loss(progressive: bool) -> None:
    body = encoded(photo(), "JPEG", progressive=progressive, comment=b"secret", quality=80)
    stored = accepted(body).body
    assert b"secret" not in stored
    assert opened(stored).tobytes() == opened(body).tobytes()


def test_text_in_a_png_goes() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "someone@example.org")
    body = encoded(photo(), "PNG", pnginfo=info)
    stored = accepted(body).body
    assert b"someone@example.org" not in stored
    assert opened(stored).tobytes() == opened(body).tobytes()


def test_metadata_of_a_webp_goes() -> None:
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    stored = accepted(encoded(photo(), "WEBP", exif=exif)).body
    assert b"CameraMaker" not in stored
    assert opened(stored).size == (320, 240)


def test_a_picture_lying_on_its_side_is_stored_upright() -> None:
    checked = accepted(with_exif(orientation=6))
    assert (checked.picture.width, checked.picture.height) == (240, 320)
    assert opened(checked.body).size == (240, 320)
    assert not opened(checked.body).getexif()


def test_metadata_stays_out_of_a_picture_that_is_encoded_anew() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    profile = b"a profile that says nothing"
    body = encoded(photo(), "JPEG", exif=exif, comment=b"at home", icc_profile=profile)
    stored = accepted(body).body
    assert b"at home" not in stored
    assert profile not in stored


def test_black_labels_on_transparency_become_black_on_white() -> None:
    image = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (20, 20, 120, 60))
    stored = opened(accepted(encoded(image, "PNG")).body)
    assert stored.mode == "RGB"
    assert stored.getpixel((50, 40)) == (0, 0, 0)
    assert stored.getpixel((200, 150)) == (255, 255, 255)


def test_a_transparent_palette_is_flattened_too() -> None:
    image = diagram().quantize(16)
    image.info["transparency"] = image.getpixel((0, 0))
    stored = opened(accepted(encoded(image, "PNG", transparency=image.getpixel((0, 0)))).body)
    assert stored.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert not stored.has_transparency_data


def test_an_all_opaque_alpha_channel_costs_no_encoding() -> None:
    body = encoded(photo().convert("RGBA"), "PNG")
    assert accepted(body).body == body


def test_a_still_gif_becomes_a_png() -> None:
    checked = accepted(encoded(photo().quantize(64), "GIF"))
    assert checked.picture.format == "png"
    assert opened(checked.body).mode == "RGB"


def test_a_foreign_colour_profile_goes() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    image = Image.new("RGB", (200, 200), (120, 80, 40))
    image.paste((10, 200, 90), (50, 50, 150, 150))
    stored = opened(accepted(encoded(image, "PNG", icc_profile=lab)).body)
    assert "icc_profile" not in stored.info


def test_an_srgb_profile_goes_without_encoding_anew() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    body = encoded(photo(), "JPEG", icc_profile=srgb)
    stored = accepted(body).body
    assert len(stored) < len(body)
    assert opened(stored).tobytes() == opened(body).tobytes()


def test_cmyk_becomes_rgb() -> None:
    stored = opened(accepted(encoded(photo().convert("CMYK"), "JPEG")).body)
    assert stored.mode == "RGB"


def test_sixteen_bits_become_eight() -> None:
    ramp = Image.frombytes(
        "I;16", (256, 200), bytes(b for _ in range(200) for x in range(256) for b in (0, x))
    )
    stored = opened(accepted(encoded(ramp, "PNG")).body).convert("RGB")
    assert stored.getpixel((0, 0))[0] < 8
    assert 120 <= stored.getpixel((128, 0))[0] <= 136
    assert stored.getpixel((255, 0))[0] > 247


def test_what_stands_behind_the_picture_is_not_kept() -> None:
    html = b"<html><script>alert(1)</script></html>"
    for format in ("JPEG", "PNG", "GIF", "WEBP"):
        checked = accepted(encoded(photo(), format) + html)
        assert b"<script>" not in checked.body


def test_a_gif_that_is_also_html_comes_out_as_a_picture_only() -> None:
    html = b"*/=1;<html><script>alert(1)</script></html>/*"
    body = encoded(photo().quantize(32), "GIF", comment=html)
    assert b"<script>" in body
    checked = accepted(body)
    assert b"<script>" not in checked.body
    assert checked.body.startswith(b"\x89PNG")


def test_the_same_picture_in_another_coding_has_a_near_phash() -> None:
    one = accepted(encoded(photo(), "PNG")).picture.phash
    two = accepted(encoded(photo(), "JPEG", quality=60)).picture.phash
    assert (int(one, 16) ^ int(two, 16)).bit_count() <= 4


# What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='300' height='300'/>",
        b"<!doctype html><html>not found</html>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 300 300\n",
        b"SIMPLE  =                    T" + b" " * 2850,
        b"8BPS\0\1" + b"\0" * 40,
    ],
    ids=["empty", "svg", "html", "eps", "fits", "psd"],
)
def test_only_four_formats_are_opened(body: bytes) -> None:
    assert refused(body) == "wrong_type"


@pytest.mark.parametrize("format", ["BMP", "TIFF", "ICO"])
def test_other_picture_formats_are_refused(format: str) -> None:
    assert refused(encoded(photo(), format)) == "wrong_type"


def test_a_pixel_bomb_is_refused_by_its_header() -> None:
    assert refused(png_header(20_000, 20_000)) == "pixel_bomb"  # there is nothing but the header


def test_the_pixel_cap_is_the_configs() -> None:
    body = encoded(photo(400, 300), "PNG")
    assert refused(body, config.Images(max_pixels=100_000)) == "pixel_bomb"
    assert Image.MAX_IMAGE_PIXELS is not None
    assert Image.MAX_IMAGE_PIXELS > 1_000_000  # put back for everyone else


def test_of_many_frames_few_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    body, seek = gif_of(10_000), GifImagePlugin.GifImageFile.seek
    sought: list[int] = []
    note = lambda gif, frame: (sought.append(frame), seek(gif, frame))[1]  # noqa: E731
    monkeypatch.setattr(GifImagePlugin.GifImageFile, "seek", note)
    assert refused(body) == "animated"
    assert max(sought) < 5


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP"])
def test_animations_are_refused(format: str) -> None:
    frames = [photo(seed=n).quantize(16).convert("RGB") for n in range(3)]
    out = io.BytesIO()
    frames[0].save(out, format, save_all=True, append_images=frames[1:], duration=100)
    assert refused(out.getvalue()) == "animated"


@pytest.mark.parametrize(
    ("size", "reason"),
    [((149, 400), "too_small"), ((400, 149), "too_small"), ((900, 200), "aspect")],
)
def test_shapes(size: tuple[int, int], reason: str) -> None:
    assert refused(encoded(photo(*size), "PNG")) == reason


def test_too_large() -> None:
    assert refused(encoded(photo(500, 400), "PNG"), config.Images(max_side=450)) == "too_large"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_half_a_file_is_refused(format: str) -> None:
    body = encoded(photo(), format)
    assert refused(body[: len(body) // 2]) in ("truncated", "corrupt")


def test_a_cut_jpeg_is_called_truncated() -> None:
    body = encoded(photo(), "JPEG")
    assert refused(body[: len(body) // 2]) == "truncated"


def test_a_damaged_png_is_corrupt() -> None:
    body = bytearray(encoded(photo(), "PNG"))
    body[20] ^= 0xFF  # in the header's size: its checksum no longer fits
    assert refused(bytes(body)) == "corrupt"


def test_one_colour_is_blank() -> None:
    assert refused(encoded(Image.new("RGB", (300, 300), "white"), "PNG")) == "blank"
    assert refused(encoded(Image.new("RGB", (300, 300), (7, 90, 7)), "JPEG")) == "blank"


def test_a_thin_line_on_white_is_not_blank() -> None:
    image = Image.new("RGB", (300, 300), "white")
    image.paste("black", (10, 150, 290, 153))
    accepted(encoded(image, "PNG"))


# Whatever comes in ----------------------------------------------------------------------------

SEEDS = [
    encoded(photo(160, 160), "JPEG", comment=b"x"),
    encoded(photo(160, 160), "PNG"),
    encoded(photo(160, 160), "WEBP"),
    encoded(photo(160, 160).quantize(16), "GIF"),
]


@settings(max_examples=80)
@given(
    body=st.sampled_from(SEEDS),
    edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8),
    cut=st.floats(0.2, 1),
)
def test_damage_is_a_verdict_never_an_error(
    body: bytes, edits: list[tuple[float, int]], cut: float
) -> None:
    damaged = bytearray(body[: int(len(body) * cut)])
    for place, value in edits:
        damaged[int(place * (len(damaged) - 1))] = value
    verdict = check(bytes(damaged), URL, THEN, IMAGES)
    if isinstance(verdict, CheckedPicture):
        opened(verdict.body)
        assert check(verdict.body, URL, THEN, IMAGES).body == verdict.body  # type: ignore[union-attr]


def test_verdicts_cross_process_borders() -> None:
    for verdict in (check(b"", URL, THEN, IMAGES), accepted(SEEDS[0])):
        assert pickle.loads(pickle.dumps(verdict)) == verdict
