"""Whether one shot is told from another: planted copies of drawn photos, and other shots that are much like them.

``python -m bench.near_photos [N]``: of N scenes, each has a copy (saved anew at a low quality, made smaller, cut to
95 %, several of these), a shot from elsewhere in the room, and one from the same place a moment later (a camera on its
legs: the walls are the same, the people have moved). Prints precision and recall of the pairs of all of them, and the
seconds and the memory that comparing them takes.
"""

from __future__ import annotations

import io
import resource
import sys
import time
from random import Random

from PIL import Image

from bench.scenes import Picture, scene
from kaoping.evidence.looks import alike, look_of

_LEFT = 0.95  # of each side, where a copy is cut


def copy_of(picture: Picture, rng: Random) -> Picture:
    """Return ``picture`` as somebody may hand it in again."""
    copy = picture
    if rng.random() < 0.6:
        width, height = copy.size
        x, y = (int(rng.random() * (1 - _LEFT) * side) for side in copy.size)
        copy = copy.crop((x, y, x + int(_LEFT * width), y + int(_LEFT * height)))
    if rng.random() < 0.6:
        scale = rng.uniform(0.25, 0.8)
        copy = copy.resize((int(copy.width * scale), int(copy.height * scale)), Image.Resampling.LANCZOS)
    copy.save(out := io.BytesIO(), "JPEG", quality=rng.choice([30, 50, 70]))
    return Image.open(out).convert("RGB")


def main() -> int:
    """Measure and print."""
    count, rng = int(sys.argv[1]) if len(sys.argv) > 1 else 100, Random(1)
    looks: list[str] = []
    planted: set[tuple[int, int]] = set()
    for place in range(count):
        shot = scene(place, still=True)
        planted.add((len(looks), len(looks) + 1))
        others = (scene(place, 1, still=True), scene(place, 2))
        looks += [look_of(picture) for picture in (shot, copy_of(shot, rng), *others)]
    began = time.process_time()
    seen = set(alike(looks))
    seconds = time.process_time() - began
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    right = len(seen & planted)
    pairs = len(looks) * (len(looks) - 1) // 2
    print(f"{len(looks)} photos, {pairs} pairs, {len(planted)} planted, {len(seen)} told, {right} of them planted")
    print(f"precision {right / max(len(seen), 1):.3f}, recall {right / len(planted):.3f}")
    print(f"compared in {seconds:.1f} processor seconds, {held} MB at most")
    return 0


if __name__ == "__main__":
    sys.exit(main())
