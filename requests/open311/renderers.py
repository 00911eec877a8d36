"""GeoReport in JSON and XML, always UTF-8. In XML every list is an element that holds one element for each row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from rest_framework import renderers

# A list's name: its rows'.
ROW = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class JSONRenderer(renderers.JSONRenderer):
    charset = "utf-8"


class XMLRenderer(renderers.BaseRenderer):
    media_type, format, charset = "text/xml", "xml", "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        context = renderer_context or {}
        root = "errors" if context["response"].status_code >= 400 else context["view"].root
        return ElementTree.tostring(_element(root, data), encoding="utf-8", xml_declaration=True)


def _element(name: str, data: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(data, Mapping):
        element.extend(_element(str(key), value) for key, value in data.items())
    elif isinstance(data, list):
        element.extend(_element(ROW[name], value) for value in data)
    elif isinstance(data, bool):
        element.text = str(data).lower()
    elif data is not None:
        element.text = NO_XML.sub("", str(data))
    return element
