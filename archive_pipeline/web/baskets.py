"""What can be done with a basket: shots put in by id, pieces trimmed by frames."""

from collections.abc import Sequence

from archive_pipeline.errors import RequestError
from archive_pipeline.store.baskets import Basket, Baskets, Change
from archive_pipeline.web.selections import Selections


class Cutting:
    """Changes baskets as somebody at a page does."""

    def __init__(self, baskets: Baskets, selections: Selections) -> None:
        self.baskets = baskets
        self.selections = selections

    def put(self, basket: str, shot_ids: Sequence[str], name: str) -> Basket:
        """Put shots in, in that order; where there is no such basket, in a new one that is called `name`.

        Raises RequestError `bad_shot_id`, `unknown_shots`, `basket_full`, `basket_worn`.
        """
        clips = self.selections.of_shots(shot_ids, name).clips
        try:
            into = self.baskets.get(basket)
        except RequestError:
            into = self.baskets.create(name)
        return self.baskets.change(
            into.basket,
            [
                Change(
                    "put",
                    video_id=clip.source.video_id,
                    shot_id=clip.shot_id,
                    sha256=clip.source.sha256,
                    start_s=clip.start_s,
                    end_s=clip.end_s,
                )
                for clip in clips
            ],
        )

    def trim(self, basket: str, item: str, first_by: int, end_by: int) -> Basket:
        """Move a piece's begin and end by frames of its source, within it; a frame always stays.

        Raises RequestError `unknown_basket`; what is not there any more is left alone.
        """
        kept = self.baskets.get(basket)
        [clip] = self.selections.of_items([one for one in kept.items if one.item == item]) or [None]
        if clip is None:
            return kept
        source = clip.source
        first = min(max(clip.first + first_by, 0), clip.end - 1 if end_by == 0 else source.n_frames - 1)
        end = min(max(clip.end + end_by, first + 1), source.n_frames)
        return self.baskets.change(
            basket, [Change("trim", item=item, start_s=source.time_of(first), end_s=source.time_of(end))]
        )
