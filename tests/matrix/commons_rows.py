"""The rows of `test_urls` for common problems and the knowledge base, and what they are asked for."""

from requests.models import SuggestedCluster
from tests.commons import making

CENTRE = "triager member_official supervisor"


def rows(everybody, knows, department, firm, on_behalf, see_all):
    """(address, its arguments in `world`, method): {status: who}. The problem and the article are of `town.housing`."""
    works = f"{CENTRE} leader {department} police_handler economy_handler"
    reads = f"{CENTRE} leader {department}"
    return {
        ("requests:problems", "", "GET"): {200: works},
        ("requests:problems-export", "", "GET"): {200: works},
        ("requests:problem-new", "", "GET"): {302: CENTRE},  # no ticket chosen: back, with a sentence
        ("requests:problem-new", "", "POST"): {302: CENTRE},
        ("requests:suggestions", "", "GET"): {200: f"{CENTRE} leader"},
        ("requests:suggestions-look", "", "POST"): {302: CENTRE},
        ("requests:suggestions-dismiss", "cluster", "POST"): {302: CENTRE},
        ("requests:problem", "problem", "GET"): {200: reads},
        ("requests:problem-unlink", "problem's ticket", "POST"): {302: CENTRE},
        ("requests:problem-act", "problem's measure", "GET"): {200: f"{department} supervisor"},
        ("requests:problem-act", "problem's measure", "POST"): {422: f"{department} supervisor"},
        ("desk:classes", "", "GET"): {200: f"{CENTRE} leader"},
        ("desk:classes-export", "", "GET"): {200: f"{CENTRE} leader"},
        ("requests:articles", "", "GET"): {200: knows},
        ("requests:articles-export", "", "GET"): {200: knows},
        ("requests:article-new", "", "GET"): {200: knows},
        ("requests:article-new", "", "POST"): {422: knows},
        ("requests:article", "article", "GET"): {200: knows},
        ("requests:article-act", "article's review", "GET"): {200: CENTRE},
        ("requests:article-act", "article's review", "POST"): {302: CENTRE},
        ("requests:article-cite", "article in own", "POST"): {302: department},
        ("requests:article-from", "own", "GET"): {},  # not closed
        ("requests:article-from", "own", "POST"): {},
        ("requests:guide", "", "GET"): {200: everybody},
        ("requests:guide-answer", "article", "GET"): {200: everybody},
        ("requests:guide-vote", "article", "POST"): {302: everybody},
        ("requests:draft-spared", "draft's article", "POST"): {302: f"{firm} other_member {on_behalf}"},
        ("tickets-api:articles", "", "GET"): {200: everybody},
        ("tickets-api:article", "article", "GET"): {200: everybody},
    }


def world(town, own, foreign, draft):
    problem, article = making.owned(town, [foreign]), making.published(town)
    cluster = SuggestedCluster.objects.create(found_at=making.NOW)
    return {
        "problem": (problem.pk,),
        "problem's ticket": (problem.pk, foreign.number),
        "problem's measure": (problem.pk, "decide_measure"),
        "cluster": (cluster.pk,),
        "article": (article.pk,),
        "article's review": (article.pk, "keep_article"),
        "article in own": (article.pk, own.number),
        "draft's article": (draft.key, article.pk),
    }
