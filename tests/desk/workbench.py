"""A page with everything the scripts of the frame work on, and the answers they get; `heard` is what arrived."""

import json
import time

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template import engines

heard: list[tuple[str, dict]] = []

PAGE = """{% extends "base/queue.html" %}{% block title %}bench{% endblock %}{% block heading %}bench{% endblock %}
{% block content %}
<div class="sx-rows" data-rows>{% for n in "123" %}<a class="sx-row" id="r{{ n }}" href="/bench/sent/?row={{ n }}"
  data-panel="/bench/panel/{{ n }}/"><span class="sx-row__what"><b>row {{ n }}</b></span></a>{% endfor %}</div>
<form class="sx-tile" method="post" action="/bench/sent/" id="plain" data-guard>{% csrf_token %}
  <label for="words">words</label><input class="sx-in" id="words" name="words">
  <button class="sx-do" name="act" value="go">go</button></form>
<span class="sx-saved" data-autosave-status></span>
<form class="sx-tile" method="post" action="/bench/sent/" id="draft" data-autosave="/bench/draft/">{% csrf_token %}
  <label for="text">text</label><textarea class="sx-in" id="text" name="text"></textarea>
  <div class="sx-upload" data-upload="/bench/file/" data-name="files" data-max="2" data-max-mb="1">
    <label class="sx-upload__add"><span>add</span><input type="file" multiple id="chooser"></label></div>
  <button class="sx-do">send</button></form>
{% endblock %}"""

ARRIVED = """{% extends "base/page.html" %}{% block title %}sent{% endblock %}
{% block content %}<p data-draft-kept="/bench/">sent</p>{% endblock %}"""


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(PAGE).render({}, request))


def panel(request: HttpRequest, number: int) -> HttpResponse:
    heard.append(("panel", {"number": number}))
    source = """<div class="sx-panel__head"><h2>panel {{ n }}</h2>
    <button type="button" data-panel-close>close</button></div>
    <form hx-post="/bench/done/{{ n }}/" hx-target="#panel">{% csrf_token %}
    <button class="sx-do" data-key="t">done {{ n }}</button></form>"""
    return HttpResponse(engines["django"].from_string(source).render({"n": number}, request))


def done(request: HttpRequest, number: int) -> HttpResponse:
    heard.append(("done", {"number": number, "token": request.headers.get("X-CSRFToken", "")}))
    return HttpResponse("", headers={"HX-Trigger": json.dumps({"sx:done": {"row": f"r{number}"}})})


def draft(request: HttpRequest) -> HttpResponse:
    heard.append(("draft", request.POST.dict()))
    return HttpResponse(status=204)


def upload(request: HttpRequest) -> HttpResponse:
    file = request.FILES["file"]
    if file.name.endswith(".exe"):
        return JsonResponse({"error": f"{file.name} 不能传"}, status=422)
    heard.append(("file", {"name": file.name}))
    return JsonResponse({"id": len(heard), "name": file.name})


def sent(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        heard.append(("sent", {name: request.POST.getlist(name) for name in request.POST}))
        time.sleep(0.3)  # long enough for a second click
        return redirect("/bench/sent/")
    return HttpResponse(engines["django"].from_string(ARRIVED).render({}, request))
