"""A unit's own Word templates, checked against what their documents get for the sample unit of its pack."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from kaoping.bundle.plan import plan_bundle
from kaoping.core.findings import Findings
from kaoping.core.model import DRAFT
from kaoping.core.packs import Pack
from kaoping.core.seam import Seasons
from kaoping.documents import documents_of, supplementary
from kaoping.documents.kinds import OWN_TEMPLATES
from kaoping.pipeline._example import example_supplement, example_unit
from kaoping.pipeline._outputs import Outputs
from kaoping.pipeline.assessment import Assessment
from kaoping.scoring import score

if TYPE_CHECKING:
    from kaoping.documents.templating import Sample


def samples_of(pack: Pack) -> dict[str, Callable[[], Sample]]:
    """Return, by stem, what makes that which a document's template is tried with; the sample is scored but once."""
    from kaoping.documents.templating import Sample

    outputs = cache(partial(_outputs, pack))
    of_supplement = supplementary(pack)
    optional = {field.name for field in pack.vocabulary.unit.fields if not field.required}

    def sample(stem: str) -> Sample:
        """Made by what makes it for any unit, so that the check can't know other names than the rendering."""
        return Sample(outputs(stem in of_supplement).context(stem), optional)

    return {stem: partial(sample, stem) for stem in documents_of(pack)}


def check_own_templates(folder: Path, pack: Pack) -> Findings:
    """Check all that lies in 模板/ of the unit in ``folder``."""
    inside = folder / OWN_TEMPLATES
    if not inside.is_dir():
        return Findings()
    from kaoping.documents.templating import check_own

    samples = samples_of(pack)
    return check_own(inside, {name: samples[stem] for stem, its in documents_of(pack).items() for name in its.names})


def _outputs(pack: Pack, supplement: bool) -> Outputs:
    taken = example_unit(pack)
    card = score(taken.rubric, taken.dossier, Findings())
    plan = plan_bundle(taken.rubric, card, taken.dossier, DRAFT)
    made_up = example_supplement(taken.rubric, card, taken.dossier) if supplement else None
    a = Assessment(taken.dossier, taken.rubric, card, plan, (), Findings(), (), Seasons(taken.dossier), made_up)
    return Outputs(a)
