"""The JSON API under /api/v1: the same services as the pages, described by OpenAPI."""

from fastapi import APIRouter

from curation.web.api import deciding, finding, language, resources

router = APIRouter(prefix="/api/v1")
for part in (finding, resources, language, deciding):
    router.include_router(part.router)
