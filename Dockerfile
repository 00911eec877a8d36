# The image of web, worker, beat and migrate alike; docker-compose.yml says which program each runs.
FROM node:22-slim AS frontend
WORKDIR /srv/portal
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM python:3.13-slim AS packages
RUN python -m venv /srv/venv
COPY requirements.txt .
RUN /srv/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

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
    && rm -rf node_modules && mkdir -p var/files && chown -R portal:portal var/files
USER portal
EXPOSE 8000
CMD ["gunicorn", "portal.wsgi", "--bind=0.0.0.0:8000", "--workers=3", "--threads=4", "--timeout=60", \
     "--worker-tmp-dir=/dev/shm", "--no-control-socket", "--access-logfile=-"]
