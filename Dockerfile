# lictor in a container: docker run --rm -v "$PWD:/policies:ro" lictor check .
FROM python:3.13-slim AS build
COPY . /source
RUN python -m venv /opt/lictor && /opt/lictor/bin/pip install --no-cache-dir "/source[terraform,iam-data]"

FROM python:3.13-slim
COPY --from=build /opt/lictor /opt/lictor
# nobody: a policy checker needs no rights
USER 65534:65534
ENV PATH="/opt/lictor/bin:$PATH" PYTHONDONTWRITEBYTECODE=1 XDG_CACHE_HOME=/tmp/cache
WORKDIR /policies
ENTRYPOINT ["lictor"]
CMD ["check", "."]
