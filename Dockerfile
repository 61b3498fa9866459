# Praksiskataloget as one image: the program, the certificates it needs to
# call others, and nothing else. No shell, no package manager, no Postgres.
#
#   docker build -t praksis .
#   docker run --read-only --tmpfs /tmp --cap-drop ALL -p 8080:8080 -v praksis:/data -e DATABASE_URL=postgres://… praksis
#
# DATABASE_URL is required: the private Postgres that `make run` starts is not
# in the image. /data holds the search index, which can be thrown away. With a
# database beside it, and backups: docs/operation/compose.yaml.

FROM --platform=$BUILDPLATFORM golang:1.26-bookworm AS build
WORKDIR /src
COPY . .
ARG TARGETOS
ARG TARGETARCH
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH GOTOOLCHAIN=local \
    go build -trimpath -buildvcs=false -ldflags='-s -w' -o /out/praksis ./cmd/praksis
# The folders the program writes to, and no others: its root may be read-only. /tmp
# takes large uploads, /backups is a volume's where backups are made.
RUN mkdir -p -m 0755 /own && mkdir -m 0700 /own/data /own/backups && mkdir -m 1777 /own/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build --chown=10001:10001 /own/ /
COPY LICENSE /LICENSE
COPY --from=build /out/praksis /praksis
ENV PRAKSIS_ADDR=0.0.0.0:8080 \
    PRAKSIS_DATA=/data
USER 10001:10001
VOLUME ["/data"]
EXPOSE 8080
STOPSIGNAL SIGTERM
# Whether the process lives: one that waits for its database, or builds its index, is not
# started anew for it. With --ready, whether visitors can be sent to it.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/praksis", "healthcheck"]
ENTRYPOINT ["/praksis"]
CMD ["serve"]
