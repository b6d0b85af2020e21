"""Runs inside Annif's own environment: learns projects and suggests with them, one JSON order in, one JSON answer out.

ANNIF/bin/python annif_worker.py ORDER.json ANSWER.json        (tests/support/annif_peer.py writes and reads them)
"""

import json
import resource
import sys
import time
from pathlib import Path

# As Annif's documentation has them for documents of a page or more; bonsai with word pairs was its best here.
PROJECTS = """
[tfidf]
backend=tfidf
limit=100
[mllm]
backend=mllm
[bonsai]
backend=omikuji
cluster_balanced=False
cluster_k=100
max_depth=3
ngram=2
min_df=2
limit=100
[ensemble]
backend=ensemble
sources={sources}
"""
ALWAYS = "language={language}\nanalyzer={analyzer}\nvocab=words\n"
PARTS = ("tfidf", "mllm", "bonsai")
DEPTH = 10


def registry(folder, order):
    from annif.registry import AnnifRegistry

    lines = PROJECTS.format(sources=order.get("sources", ",".join(PARTS))).strip().splitlines()
    common = ALWAYS.format(language=order["language"], analyzer=order["analyzer"])
    config = "\n".join(line + "\n" + common if line.startswith("[") else line for line in lines)
    (folder / "projects.cfg").write_text(config)
    return AnnifRegistry(str(folder / "projects.cfg"), str(folder / "data"), False)


def documents(path, subjects):
    from annif.corpus import Document, DocumentList, SubjectSet

    records = [json.loads(line) for line in Path(path).read_text().splitlines()]
    return DocumentList(
        [
            Document(
                f"{r['title']}\n{r['text']}", SubjectSet([subjects.by_uri(uri) for uri in r["tags"]]), None, r["id"]
            )
            for r in records
        ]
    )


def learn(folder, order):
    """Train the named parts, and tune an ensemble of them where `validate` is given; the CPU seconds of each."""
    every = registry(folder, order)
    from annif.vocab import VocabFileSKOS  # only once the registry is there: imported first it imports itself

    vocabulary = every.get_vocab("words")
    vocabulary.load_vocabulary(VocabFileSKOS(order["vocabulary"]), force=True)
    spent = {}
    for name in order["parts"]:
        start = time.process_time()
        project = every.get_project(name)
        project.train(documents(order["train"], project.subjects), jobs=1)
        spent[name] = time.process_time() - start
    answer = {"cpu": spent}
    if "validate" in order:
        start = time.process_time()
        ensemble = every.get_project("ensemble")
        found = ensemble.hyperopt(documents(order["validate"], ensemble.subjects), order["trials"], 1, "NDCG", None)
        spent["tuning"] = time.process_time() - start
        answer["sources"] = found.lines[0].removeprefix("sources=")
    return answer


def suggest(folder, order):
    """What one project suggests, CPU a document (one by one, warm) and the memory it holds by then."""
    project = registry(folder, order).get_project(order["project"])
    project.initialize()
    subjects = project.subjects
    wanted = list(documents(order["test"], subjects).documents)
    rounds, found = [], {}
    for _ in range(order["rounds"]):
        start = time.process_time()
        results = [next(iter(project.suggest([document]))) for document in wanted]
        rounds.append((time.process_time() - start) / len(wanted) * 1000)
    for document, result in zip(wanted, results, strict=True):
        ranked = [(subjects[one.subject_id].uri, one.score) for one in result][:DEPTH]
        found[document.document_id] = ranked
    return {"found": found, "ms": min(rounds), **memory()}


def memory():
    """Megabytes resident now, and at the peak."""
    now = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return {"memory": int(now.split()[1]) / 1024, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


if __name__ == "__main__":
    given, answer = map(Path, sys.argv[1:])
    order = json.loads(given.read_text())
    answer.write_text(json.dumps({"learn": learn, "suggest": suggest}[order["do"]](given.parent, order)))
