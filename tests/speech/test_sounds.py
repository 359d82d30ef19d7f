"""What was learned of Vietnamese sounds: found by name, nothing for what has none."""

import numpy as np

from docreader.speech import kokoro, sounds
from docreader.speech.tones import NORTH


def test_each_symbol_gets_the_sum_of_what_it_is_called() -> None:
    vectors = np.arange(2 * sounds.WIDTH, dtype=np.float32).reshape(2, -1)
    known = sounds.Sounds(["onset t 0", "tone sắc"], vectors, np.zeros((1, 256), np.float32))
    found = known.of([(), ("onset t 0",), ("onset t 0", "tone sắc"), ("onset t 1", "tone sắc"), ("coda ŋ 0",)])
    assert found.shape == (1, 5, sounds.WIDTH) and found.dtype == np.float32
    for got, wanted in zip(found[0], (0, vectors[0], vectors.sum(0), vectors[1], 0), strict=True):
        assert (got == wanted).all()


def test_nothing_learned_changes_nothing() -> None:
    none = sounds.none()
    assert not none.of([("onset t 0",)]).any() and not none.style.any()


def test_common_sounds_and_all_tones_were_learned() -> None:
    known = sounds.load()
    assert np.isfinite(known.vectors).all() and np.isfinite(known.style).all()
    assert {f"tone {tone}" for tone in NORTH} <= set(known.names)
    text = "Hội đồng nhân dân tỉnh thông qua nghị quyết về phát triển kinh tế, giữ vững quốc phòng; bảo vệ trẻ em."
    (plan,) = kokoro.plans(text, "north")
    named = {name for names in kokoro.named(plan) for name in names}
    assert len(named) > 60 and len(named - set(known.names)) < 0.1 * len(named)


def test_sounds_are_named_by_their_place() -> None:
    (plan,) = kokoro.plans("Học toán.", "north")
    names = kokoro.named(plan)
    assert len(names) == len(plan.symbols)
    assert ("onset h 0", "tone nặng checked onset") in names
    assert ("onset tw 0", "tone sắc onset") in names  # t of toán, with its glide
    assert ("coda n 0", "tone sắc", "tone sắc coda 0") in names
    assert names[-1] == ("pause .",)
