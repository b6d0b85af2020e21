# One image for the site, the worker and the Prefect server; compose.yaml says which of them a container is.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 \
    COMMONPLACE_HOME=/library \
    COMMONPLACE_CODE=/commonplace

COPY . /commonplace
RUN pip install --no-cache-dir --constraint /commonplace/constraints.txt /commonplace

RUN useradd --create-home --uid 1000 commonplace \
    && mkdir /library \
    && chown commonplace /library
USER commonplace
# A commonplace.toml in the library's folder is read as well.
WORKDIR /library
VOLUME /library
EXPOSE 8000

CMD ["commonplace", "serve", "--host", "0.0.0.0", "--port", "8000"]
