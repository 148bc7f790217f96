"""A desk that publishes: its imprint, and texts brought through the gate by An and Bình."""

from __future__ import annotations

from datetime import datetime

from haidang.core import actions
from haidang.core.actions.publishing import Intent, digest_passage
from haidang.core.enums import WithdrawWhy
from haidang.core.models import Member, PublicItem


class Newsroom:
    """An proposes, Bình approves, at the moment `now`."""

    def __init__(self, an: Member, binh: Member, *, now: datetime) -> None:
        self.an, self.binh, self.now = an, binh, now
        self.say_who_publishes()

    def say_who_publishes(self, owner: str = "Ủy ban xã Lam Hạ", *, days: int = 10) -> None:
        actions.set_imprint(
            legal_owner=owner,
            funding="Ngân sách xã",
            contact="Trụ sở xã, 12 đường Đê",
            public_office=True,
            answer_days=days,
            by=self.an,
            now=self.now,
        )

    def publish(
        self, title: str, body: str = "Nội dung.", *, item: PublicItem | None = None, **more: object
    ) -> PublicItem:
        intent = Intent(title=title, body=body, **more)  # type: ignore[arg-type] # names of its fields
        passage = actions.propose(intent, item=item, by=self.an, now=self.now)
        return self._let_out(passage.pk)

    def withdraw(self, item: PublicItem, why: WithdrawWhy = WithdrawWhy.ERROR) -> PublicItem:
        passage = actions.propose_withdrawal(item, why, by=self.an, now=self.now)
        return self._let_out(passage.pk)

    def _let_out(self, number: int) -> PublicItem:
        from haidang.core.models import Passage

        passage = Passage.objects.get(pk=number)
        actions.approve(number, digest=digest_passage(passage), by=self.binh, now=self.now)
        [shown] = actions.publish_due(now=self.now)
        return shown
