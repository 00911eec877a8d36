// The page that describes the API (templates/api/docs.html): Swagger UI, trying out as whoever is signed in.
(() => {
  const place = document.getElementById("swagger");
  if (!place || !window.SwaggerUIBundle) return;
  window.SwaggerUIBundle({
    url: place.dataset.schema,
    domNode: place,
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    requestInterceptor: (request) => {
      if (!["GET", "HEAD"].includes(request.method)) request.headers["X-CSRFToken"] = window.sx.csrf();
      return request;
    },
  });
})();
