# The program in a small image, run by an ordinary user: docker run --rm -v "$PWD:/work:ro" lintel check
FROM node:22-slim AS build
WORKDIR /src
COPY . .
RUN npm ci --no-audit --no-fund && npm run package

FROM node:22-alpine
COPY --from=build /src/lintel-*.tgz /tmp/lintel.tgz
RUN npm install --global --offline --no-audit --no-fund /tmp/lintel.tgz && rm /tmp/lintel.tgz
USER node
WORKDIR /work
ENTRYPOINT ["lintel"]
CMD ["check"]
