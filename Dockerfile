# One image for the site, the worker and the Prefect server; compose.yaml says which of them a container is.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    COMMONPLACE_HOME=/library \
    COMMONPLACE_CODE=/commonplace

WORKDIR /commonplace

# Dependencies before code, so that a change of code installs nothing again.
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY flows/__init__.py flows/__init__.py
RUN pip install --no-cache-dir --constraint constraints.txt --editable .

COPY flows flows
COPY crawlers crawlers
COPY curation curation
COPY search_config search_config

RUN useradd --create-home --uid 1000 commonplace \
    && mkdir /library \
    && chown commonplace /library
USER commonplace
VOLUME /library
EXPOSE 8000

CMD ["commonplace", "serve", "--host", "0.0.0.0", "--port", "8000"]
