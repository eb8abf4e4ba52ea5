"""The choices in a projects file against the job's inputs: codes become values, each mistake a problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.domain.choices import ChoiceList, Offered
from bot.domain.errors import NotUnderstood
from bot.language.inputs import OFFERABLE, choice_value
from bot.language.yaml_nodes import suggest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from zoneinfo import ZoneInfo

    from bot.domain.job import Input, Job
    from bot.language.choices_in_file import ListInFile
    from bot.language.projects_file import JobInFile
    from bot.language.yaml_nodes import Problem, Word


@dataclass(slots=True)
class FileChoices:
    """Resolves the choices of one job. `publishers`: the jobs of which the project's people may know."""

    job: Job
    publishers: Collection[str]
    tz: ZoneInfo
    problems: list[Problem]

    def resolve(self, found: JobInFile) -> dict[str, ChoiceList]:
        """Return the lists by input; problems are added on the way."""
        lists = {}
        for each in found.choices:
            own = self._input(each.name, "the choices are for")
            if own is None or not self._may_have(own, each.name):
                continue
            above = None
            if each.follows is not None:
                above = self._input(each.follows, "`depends_on` names")
                if above is None or not self._may_lead(each, above, found):
                    continue
            lists[each.name.text] = ChoiceList(
                tuple(self._offered(each, own, above)),
                "" if above is None else above.name,
                self._publisher(each.from_job),
            )
        circles = self._circles(lists, found)
        return {name: each for name, each in lists.items() if name not in circles}

    def _input(self, word: Word, what: str) -> Input | None:
        each = self.job.input(word.text)
        if each is None:
            hint = suggest(word.text, [one.name for one in self.job.inputs])
            words = f"{what} {word.text}, and {self.job.key.dag_id} has no such input{hint}"
            self.problems.append(word.wrong(words))
        return each

    def _may_have(self, own: Input, word: Word) -> bool:
        why = ""
        if own.is_secret:
            why = "is a secret"
        elif own.kind not in OFFERABLE:
            why = f"takes a {own.kind}"
        if why:
            self.problems.append(word.wrong(f"{word.text} {why}, so it cannot have a list of choices"))
        return not why

    def _may_lead(self, each: ListInFile, above: Input, found: JobInFile) -> bool:
        word = each.follows
        assert word is not None
        why = ""
        if above.name in {one.text for one in found.hidden}:
            why = "is hidden here, so nobody can choose it"
        elif above.is_secret or above.kind not in OFFERABLE or above.schema.get("type") == "array":
            why = "is no single choice"
        if why:
            self.problems.append(word.wrong(f"{word.text} {why}; choices cannot depend on it"))
        return not why

    def _offered(self, each: ListInFile, own: Input, above: Input | None) -> Iterator[Offered]:
        for one in each.offered:
            value = self._value(own, one.code)
            under = None if above is None or one.under is None else self._value(above, one.under)
            yield Offered(value, one.words or one.code.text, under)

    def _value(self, each: Input, word: Word) -> Any:
        try:
            return choice_value(each, word.text, self.tz)
        except NotUnderstood as error:
            problem = word.wrong(error.message)
            if problem not in self.problems:
                self.problems.append(problem)
            return None

    def _publisher(self, word: Word | None) -> str:
        if word is not None and word.text not in self.publishers:
            hint = suggest(word.text, self.publishers)
            self.problems.append(word.wrong(f"the project has no job {word.text}{hint}; share it first"))
        return "" if word is None else word.text

    def _circles(self, lists: dict[str, ChoiceList], found: JobInFile) -> set[str]:
        """Return the inputs whose choices depend on themselves; each is a problem."""
        circles = set()
        for each in found.choices:
            above, seen = each.name.text, set[str]()
            while above in lists and above not in seen:
                seen.add(above)
                above = lists[above].follows
            if each.follows is not None and above in seen:
                circles.add(each.name.text)
                words = f"the choices of {each.name.text} depend on themselves"
                self.problems.append(each.follows.wrong(words))
        return circles
