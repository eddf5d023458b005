"""Deliveries of waves: which upload stands for a wave, which one it supersedes, and in what order waves stand. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cmp_to_key

from mcode_pipelines.intake.upload import SharedInterviews, Upload
from mcode_pipelines.intake.upload_name import study_name
from mcode_pipelines.survey import Placed, in_order, parse_wave

MOSTLY = 0.5
"""Uploads of one study that share so many of the smaller one's interviews are deliveries of the same."""


@dataclass(frozen=True)
class Delivered:
    """An upload among the waves of its study."""

    upload: Upload
    label: str
    """What its wave is called in tables: the wave, or the upload's name where another one has the same."""
    superseded_by: Upload | None = None
    """The later delivery that stands in its place."""
    clashes: tuple[Upload, ...] = ()
    """Other uploads that stand for a wave of the same name with other respondents."""
    also_in: tuple[tuple[Upload, int], ...] = ()
    """Other waves that share some interviews with it, too few to be the same delivery, and how many."""

    @property
    def stands(self) -> bool:
        """Whether wave tables use it."""
        return self.superseded_by is None and not self.upload.decided.withdrawn


def same_wave(one: str | None, other: str | None) -> bool:
    """Whether two labels name one wave: `Okt 26` and `2026-10` do."""
    if one is None or other is None:
        return one is other
    waves = parse_wave(one), parse_wave(other)
    if waves[0] is not None and waves[1] is not None:
        return waves[0].printed == waves[1].printed
    return study_name(one) == study_name(other)


def of_study(uploads: Sequence[Upload], study: str) -> list[Upload]:
    """The uploads of a study, however its name was written."""
    wanted = study_name(study)
    return [u for u in uploads if study_name(u.study) == wanted]


def delivered(uploads: Sequence[Upload]) -> list[Delivered]:
    """The uploads of one study, the oldest wave first; what the order was in which they came plays no part."""
    standing: list[Upload] = []
    superseded: dict[str, Upload] = {}
    for upload in sorted(uploads, key=cmp_to_key(_later_first)):
        if upload.decided.withdrawn:
            continue
        above = next((other for other in standing if _is_same_delivery(upload, other)), None)
        if above is None:
            standing.append(upload)
        else:
            superseded[upload.key] = above
    labels = by_wave_label(standing)
    names = {upload.key: label for label, upload in labels.items()}
    by_key = {u.key: u for u in uploads}
    placed = [Placed(u.key, parse_wave(u.wave) if u.wave else None, u.written, u.decided.place) for u in uploads]
    return [
        _described(by_key[key], superseded.get(key), standing, names.get(key) or by_key[key].wave or by_key[key].name)
        for key in in_order(placed)
    ]


def by_wave_label(uploads: Sequence[Upload]) -> dict[str, Upload]:
    """The uploads by their wave's label; its name where it has none or another upload has the same."""
    found: dict[str, Upload] = {}
    for upload in uploads:
        alone = sum(same_wave(upload.wave, other.wave) for other in uploads) == 1
        label = upload.wave if upload.wave and alone else upload.name
        if sum((u.wave if u.wave and alone else u.name) == label for u in uploads) > 1 and not alone:
            label = f"{label} ({upload.key.rsplit('-', 1)[-1]})"
        found[label] = upload
    return found


def delivery_before(uploads: Sequence[Upload], key: str) -> Upload | None:
    """The delivery that an upload took the place of, the latest of them; its corrections go on to this one."""
    this = next(u for u in uploads if u.key == key)
    before = [
        d.upload
        for d in delivered(of_study(uploads, this.study))
        if d.superseded_by is not None and d.superseded_by.key == key
    ]
    return sorted(before, key=cmp_to_key(_later_first))[0] if before else None


def shared_between(one: Upload, other: Upload) -> SharedInterviews | None:
    """What two uploads share, as the later one remembers it; `here` is of `one`."""
    if other.key in one.shares:
        return one.shares[other.key]
    turned = other.shares.get(one.key)
    return turned and turned.model_copy(update={"here": turned.there, "there": turned.here})


def _described(upload: Upload, above: Upload | None, standing: Sequence[Upload], label: str) -> Delivered:
    others = [u for u in standing if u.key != upload.key]
    if above is not None or upload.decided.withdrawn:
        return Delivered(upload, label, above)
    clashes = [u for u in others if upload.wave and same_wave(u.wave, upload.wave) and not _beside(u, upload)]
    also_in = [
        (u, shared.shared)
        for u in others
        if (shared := shared_between(upload, u)) is not None and (shared.certain or shared.share >= MOSTLY)
        if shared.shared and not _beside(upload, u)
    ]
    return Delivered(upload, label, None, tuple(clashes), tuple(also_in))


def _is_same_delivery(one: Upload, other: Upload) -> bool:
    if one.key in other.decided.replaces or other.key in one.decided.replaces:
        return True
    shared = shared_between(one, other)
    if _beside(one, other) or shared is None:
        return False
    # Under two names only ids made for each interview can tell: rows agree by chance, and panels answer again.
    one_name = one.wave is None or other.wave is None or same_wave(one.wave, other.wave)
    return shared.share >= MOSTLY and (shared.certain or one_name)


def _beside(one: Upload, other: Upload) -> bool:
    return one.key in other.decided.beside or other.key in one.decided.beside


def _later_first(one: Upload, other: Upload) -> int:
    """Below 0 where `one` is the later delivery: by a person's word, by what the names say, by when they came."""
    if one.key in other.decided.replaces or other.key in one.decided.replaces:
        return 1 if one.key in other.decided.replaces else -1
    for this, that, sign in ((one, other, -1), (other, one, 1)):
        chosen, against = this.decided.chosen, that.decided.chosen
        if chosen is not None and chosen > max(that.received, against or that.received):
            return sign
    if one.delivery != other.delivery:
        return -1 if one.delivery > other.delivery else 1
    if one.exported is not None and other.exported is not None and one.exported != other.exported:
        return -1 if one.exported > other.exported else 1
    return -1 if (one.received, one.key) > (other.received, other.key) else 1


def superseded_in(uploads: Sequence[Upload]) -> Mapping[str, Upload]:
    """Key to the later delivery, of every upload that one stands in the place of, in all studies."""
    studies = {study_name(u.study) for u in uploads}
    return {
        d.upload.key: d.superseded_by
        for study in studies
        for d in delivered(of_study(uploads, study))
        if d.superseded_by is not None
    }
