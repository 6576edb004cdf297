# The executable is built in a first image; the second holds it and little else.
#   docker build -t get-it-done .
#   docker run -p 127.0.0.1:3000:3000 -v get-it-done:/data get-it-done

FROM node:22-bookworm-slim AS build
WORKDIR /build
# The packages change less often than the source, so they have a layer of their own.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY . .
RUN npm run build

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin get-it-done \
  && install --directory --owner=get-it-done --group=get-it-done --mode=0700 /data
COPY --from=build /build/dist/get-it-done /usr/local/bin/get-it-done
USER get-it-done
WORKDIR /data
# Inside a container the loopback leads nowhere; what is reached from outside is the published port.
ENV HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
EXPOSE 3000
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["get-it-done", "doctor", "--up"]
ENTRYPOINT ["get-it-done"]
CMD ["serve"]
