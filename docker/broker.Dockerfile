# The broker's image. Build it from the repository's root:
#   docker build --file docker/broker.Dockerfile --tag logbroker .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY client client
COPY broker broker
RUN dotnet publish broker/LogBroker.Server --configuration Release --use-current-runtime --self-contained false \
    -p:PublishReadyToRun=true --output /broker

FROM mcr.microsoft.com/dotnet/aspnet:10.0
# The codecs and the catalogue use the system's libraries.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends liblz4-1 libzstd1 libsqlite3-0 \
    && rm -rf /var/lib/apt/lists/* \
    && install --directory --owner="$APP_UID" --group="$APP_UID" /var/lib/logbroker
COPY --from=build /broker /opt/logbroker
USER $APP_UID
# Inside a container the ports are open to its network; which of them the world sees is the run's choice.
ENV LOGBROKER_LOG_DIRS=/var/lib/logbroker \
    LOGBROKER_LISTENERS=PLAINTEXT://:9092 \
    LOGBROKER_HTTP_LISTENERS=http://:9644
VOLUME /var/lib/logbroker
EXPOSE 9092 9644
# The image has no HTTP client; bash can ask by itself.
HEALTHCHECK --interval=5s --timeout=2s --start-period=60s CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/9644 && printf 'GET /ready HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q ' 200 ' <&3"]
# SIGTERM flushes and marks the stop clean.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/logbroker/logbroker-server"]
