"""What policies, their questions and choices are called, and that two who were asked agree."""

from collections.abc import Mapping

from archive_pipeline.language.concepts.texts import said
from archive_pipeline.language.findings.policy import Policy
from archive_pipeline.web.api.finding_models import FindingOut
from archive_pipeline.web.texts import Texts


class Names:
    """Labels of policies, questions and choices in the page's language; their names where the files are gone."""

    def __init__(self, t: Texts, policies: Mapping[str, Policy]) -> None:
        self._t = t
        self._policies = policies

    def policy(self, name: str) -> str:
        known = self._policies.get(name)
        return said(known.title, self._t.language) if known else name

    def question(self, policy: str, name: str) -> str:
        known = self._policies.get(policy)
        return said(known.questions[name].label, self._t.language) if known and name in known.questions else name

    def choice(self, policy: str, question: str, name: str) -> str:
        known = self._policies.get(policy)
        choices = known.questions[question].choices if known and question in known.questions else {}
        return said(choices[name], self._t.language) if name in choices else name


def agreement(finding: FindingOut) -> str:
    """The text that says how many of two that were asked raise it."""
    return "findings.two_of_two" if finding.n_raised == 2 else "findings.one_of_two"
