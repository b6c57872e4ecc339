"""A campaign of six surveys on a small studio in memory, and who answers in it."""

from tests.annotation.label_studio.sheets import KEY, chosen
from tests.annotation.label_studio.small_studio import SmallStudio
from tests.annotation.made_campaign import CODEBOOK, Campaign, some_gold, some_pairs
from valuenet.annotation.label_studio.platform import LabelStudioPlatform
from valuenet.annotation.label_studio.settings import LabelStudioSettings

LABELS = {f"q{number}": "yes" for number in range(1, 11)}


class Desk:
    """A campaign of six surveys about three values on a small studio."""

    def __init__(self, **settings):
        self.studio = SmallStudio()
        self.settings = LabelStudioSettings(import_batch=1, page_size=2, marking_seconds=60, **settings)
        self.platform = LabelStudioPlatform(self.studio, self.settings, key=KEY)
        campaign = Campaign(some_pairs(30), some_gold(12))
        campaign.plan()
        self.requests = campaign.requests()
        self.names = [request.survey_id for request in self.requests]

    def publish(self, requests=None):
        self.platform.publish(self.requests if requests is None else requests, CODEBOOK)

    def collect(self, known=None):
        return self.platform.collect(self.names, known)

    def tasks(self, number=0):
        """Return the tasks of a survey."""
        return [t for t in self.studio.tasks.values() if t["data"]["survey_id"] == self.names[number]]

    def answer(self, user, number=0, **choices):
        right = CODEBOOK.instrument(self.requests[number].value).prerequisite.answer
        asked = len(self.requests[number].questions)
        said = {"prerequisite": right, **{name: LABELS[name] for name in list(LABELS)[:asked]}, **choices}
        said = {name: label for name, label in said.items() if label is not None}
        body = {"completed_by": user, "result": chosen(**said), "lead_time": 60.0}
        return self.studio.post(f"/api/tasks/{self.tasks(number)[0]['id']}/annotations/", body)

    def wrong(self, number=0):
        right = CODEBOOK.instrument(self.requests[number].value).prerequisite.answer
        return "yes" if right != "yes" else "no"

    def kept_away(self, user):
        """Return the surveys on which a user has a mark."""
        tasks = self.studio.tasks.values()
        return {
            t["data"]["survey_id"]
            for t in tasks
            for a in t["annotations"]
            if a["completed_by"] == user and a["was_cancelled"]
        }
