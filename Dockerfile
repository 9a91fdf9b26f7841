# cigem in a container: the library, everything an office uses, and the agencies that ship with the project.
#
#   docker build -t cigem .
#   docker run --rm -v cigem:/data cigem init centre.sqlite --by awa

FROM python:3.12-slim-bookworm AS build
WORKDIR /src
COPY locks/image.txt locks/
RUN python -m venv /opt/cigem && /opt/cigem/bin/pip install --no-cache-dir --require-hashes -r locks/image.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
COPY plugins plugins
RUN /opt/cigem/bin/pip install --no-cache-dir --no-deps --no-build-isolation . ./plugins/*

FROM python:3.12-slim-bookworm
# What draws letters and figures as PDF: text, and the letters of this font.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/cigem /opt/cigem
# Nobody in particular, and the only place it writes to: a workspace is its owner's alone.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data cigem && install -d -o cigem -g cigem -m 700 /data
ENV PATH=/opt/cigem/bin:$PATH PYTHONUNBUFFERED=1 CIGEM_WORKSPACE=centre.sqlite
USER cigem
VOLUME /data
WORKDIR /data
ENTRYPOINT ["cigem"]
CMD ["--help"]
