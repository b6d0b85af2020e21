"""A small made-up library for the search tests: every document is there for a sentence of the behaviour suite."""

from search_config.document import SearchDocument

KUBERNETES = "https://vocabulary.example/kubernetes"
CONTAINERS = "https://vocabulary.example/containers"
BAKING = "https://vocabulary.example/baking"


def a_document(name: str, title: str, text: str = "", **fields: object) -> SearchDocument:
    """A document of version 1, with the rest as given."""
    return SearchDocument(**{"id": name, "version": 1, "title": title, "text": text, **fields})  # type: ignore[arg-type]


LIBRARY = [
    a_document(
        "upgrade", "Upgrading a cluster", "How we upgrade Kubernetes without downtime: drain, upgrade, uncordon. " * 3,
        source="wiki", authors=("Ada Park", "Noor Haddad"), tags=(KUBERNETES,), tag_paths=(KUBERNETES, CONTAINERS),
        tag_labels=("Kubernetes", "k8s"), published="2023-05-01", language="en", rating=4.5, rating_count=12,
    ),
    a_document(
        "images", "Container images", "Keep container images small and scan them. A cluster pulls them often.",
        source="wiki", authors=("Ada Park",), tags=(CONTAINERS,), tag_paths=(CONTAINERS,), tag_labels=("Containers",),
        published="2021-02-03", language="en", rating=3.0, rating_count=4,
    ),
    a_document(
        "delivery", "From commit to production", "Continuous integration builds every commit; the pipeline deploys it.",
        source="blog", authors=("Noor Haddad",), published="2024-01-15", language="en", kind="post",
    ),
    a_document(
        "bread", "Bread for the crêpe party", "The Café on the corner sells sourdough. Baking bread takes a day.",
        source="blog", authors=("Bo Lind",), tags=(BAKING,), tag_paths=(BAKING,), tag_labels=("Baking",),
        published="2022-07-30", language="en", kind="post", rating=1.5, rating_count=9,
    ),
    a_document(
        "languages", "Languages we use", "Services in C++ and C#, a tool in .NET, a little F#. No C any more.",
        source="wiki", published="2020-11-11", language="en",
    ),
    a_document(
        "escape", "Tags <b>& entities</b>", "Never paste <script>alert('wiki')</script> into a page & expect mercy.",
        source="wiki", language="en",
    ),
    a_document("fahrrad", "Fahrräder in Köln", "Die Straße ist lang und das Fahrrad ist schnell.", language="de"),
    a_document("it", "IT", "Who to ask when a laptop breaks.", source="wiki"),
    a_document("naming", "It is what it is", "On naming things: to be or not to be.", source="blog"),
]  # fmt: skip
