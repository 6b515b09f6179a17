"""A unit's own Word templates, checked against what their documents get for the sample unit of its pack."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from kaoping.bundle.plan import plan_bundle
from kaoping.core import resources
from kaoping.core.findings import Findings
from kaoping.core.forms import DRAFT
from kaoping.core.model import Dossier, Location, Record
from kaoping.core.packs import Pack
from kaoping.core.seam import Seasons
from kaoping.documents import documents_of
from kaoping.documents.kinds import OWN_TEMPLATES
from kaoping.pipeline.assessment import Assessment
from kaoping.pipeline.intake import without_evidence
from kaoping.pipeline.outputs import Outputs
from kaoping.rubric.load import load
from kaoping.scoring import score

if TYPE_CHECKING:
    from kaoping.documents.templating import Sample


def samples_of(pack: Pack) -> dict[str, Callable[[], Sample]]:
    """Return, by stem, what makes that which a document's template is tried with; the sample is scored but once."""
    from kaoping.documents.templating import Sample

    outputs = cache(partial(_outputs, pack))
    optional = {field.name for field in pack.vocabulary.unit.fields if not field.required}

    def sample(stem: str) -> Sample:
        """Made by what makes it for any unit, so that the check can't know other names than the rendering."""
        return Sample(outputs().context(stem), optional)

    return {stem: partial(sample, stem) for stem in documents_of(pack)}


def check_own_templates(folder: Path, pack: Pack) -> Findings:
    """Check all that lies in 模板/ of the unit in ``folder``."""
    inside = folder / OWN_TEMPLATES
    if not inside.is_dir():
        return Findings()
    from kaoping.documents.templating import check_own

    samples = samples_of(pack)
    return check_own(inside, {its.name: samples[stem] for stem, its in documents_of(pack).items()})


def _outputs(pack: Pack) -> Outputs:
    recorded = next(filter(Path.is_dir, map(resources.sample, pack.samples)), None)
    if recorded is not None:
        taken = without_evidence(recorded)
        rubric, dossier = taken.rubric, taken.dossier
    else:
        rubric, dossier = load(pack), _nothing_recorded(pack)
    card = score(rubric, dossier, Findings())
    plan = plan_bundle(rubric, card, dossier, DRAFT)
    return Outputs(Assessment(dossier, rubric, card, plan, (), Findings(), (), Seasons(dossier)))


def _nothing_recorded(pack: Pack) -> Dossier:
    """Return the year of a unit that recorded nothing, for a pack without a sample."""
    level = next(iter(pack.levels), "")
    values = dict.fromkeys(field.name for field in pack.vocabulary.unit.fields)
    unit = Record("unit", "unit", {**values, "name": "样例单位", "level": level, "year": pack.year}, Location())
    return Dossier(Path(), unit, pack.year, level, {}, {}, pack)
