# The same Node as the development dependency `node` in package.json.
FROM node:24.21.0-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-progress

FROM node:24.21.0-slim
# The port stands here so that it is the same for the health check, whatever a mounted config.yaml says.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8005 DATA_DIR=/data
RUN install --directory --owner=node --group=node --mode=0700 /data
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE ./
COPY bin bin
COPY config config
COPY scripts scripts
COPY src src
USER node
VOLUME /data
EXPOSE 8005 10405
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --start-interval=1s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.LLM_INTENT_HTTP__PORT || process.env.PORT || 8005) + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/app/bin/llm-intent"]
CMD ["serve"]
