# Built with:  docker build -t voicequality .
# Run with:    docker run --rm --network host voicequality serve --demo
# The service binds to loopback only, so it is reached through the host's network.
ARG DOTNET_VERSION=10.0

FROM mcr.microsoft.com/dotnet/sdk:${DOTNET_VERSION} AS build
WORKDIR /src
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/ src/
RUN dotnet publish src/VoiceQuality.Service -c Release -o /app -p:RestoreLockedMode=true

FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET_VERSION}
WORKDIR /var/lib/voicequality
COPY --from=build /app /opt/voicequality
COPY LICENSE /usr/share/doc/voicequality/LICENSE
RUN chown "$APP_UID" /var/lib/voicequality
USER $APP_UID
VOLUME /var/lib/voicequality
ENTRYPOINT ["/opt/voicequality/voicequality"]
CMD ["serve"]
