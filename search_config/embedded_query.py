"""Our clauses as tantivy queries, and its schema from fields.yaml."""

from collections.abc import Iterable, Mapping

from tantivy import Index, Occur, Schema, SchemaBuilder, TextAnalyzerBuilder, Tokenizer
from tantivy import Query as TantivyQuery

from search_config.entry import facet_values, readable_by
from search_config.query import Best, Clause, Phrase, Query, Some, Title, Weighted, Word
from search_config.tuning import tuning

# the words are analysed before they come here; the engine only splits at spaces
SPLITTER = "spaces"


def schema() -> Schema:
    """The schema that fields.yaml describes."""
    builder = SchemaBuilder()
    for field in tuning().fields:
        match field.behaviour:
            case "key":
                builder.add_text_field(field.name, tokenizer_name="raw", index_option="basic")
            case "words":
                builder.add_text_field(field.name, tokenizer_name=SPLITTER)
            case "exact" | "prefix":
                builder.add_text_field(field.name, tokenizer_name="raw", index_option="basic")
            case "facet":
                builder.add_text_field(field.name, tokenizer_name="raw", index_option="basic", fast=True)
            case "number":
                builder.add_integer_field(field.name, fast=True)
            case "decimal":
                builder.add_float_field(field.name, fast=True)
            case "shown":
                # tantivy indexes every text field; bytes are kept without
                builder.add_bytes_field(field.name, stored=True)
    return builder.build()


def prepared(index: Index) -> Index:
    """The index, able to read and write the words field, reloaded only when we say so."""
    index.register_tokenizer(SPLITTER, TextAnalyzerBuilder(Tokenizer.whitespace()).build())
    index.config_reader("manual")
    return index


def scored(schema: Schema, query: Query) -> TantivyQuery:
    """The text part of a request."""
    found = [(Occur.Must, _clause(schema, clause)) for clause in query.required]
    words = [(Occur.Should, _clause(schema, clause)) for clause in query.any_of]
    if query.everything:
        found.append((Occur.Must, everything(schema)))
    elif words:
        # beside a quoted phrase the other words only add to the score
        found.append((Occur.Should if query.required else Occur.Must, TantivyQuery.boolean_query(words)))
    found += [(Occur.Should, _clause(schema, clause)) for clause in query.lifts] if found else []
    found += [(Occur.MustNot, _clause(schema, clause)) for clause in query.excluded]
    return TantivyQuery.boolean_query(found)


def everything(schema: Schema) -> TantivyQuery:
    """Every document that can be found: the marks of deletions are none."""
    return TantivyQuery.const_score_query(TantivyQuery.term_query(schema, "live", "1", "basic"), 1.0)


def readable(schema: Schema, query: TantivyQuery, readers: tuple[str, ...]) -> TantivyQuery:
    """The query among what these readers may find; it does not score."""
    named = TantivyQuery.const_score_query(TantivyQuery.term_set_query(schema, "reader", readable_by(readers)), 0.0)
    return TantivyQuery.boolean_query([(Occur.Must, query), (Occur.Must, named)])


def filtered(
    schema: Schema, query: TantivyQuery, filters: Mapping[str, tuple[str, ...]], without: str = ""
) -> TantivyQuery:
    """The query with all filters, but for the facet `without`; filters do not score."""
    musts = [(Occur.Must, _any_value(schema, facet, filters[facet])) for facet in filters if facet != without]
    return TantivyQuery.boolean_query([(Occur.Must, query), *musts]) if musts else query


def _any_value(schema: Schema, facet: str, values: Iterable[str]) -> TantivyQuery:
    named = TantivyQuery.term_set_query(schema, facet, facet_values(list(values)))
    return TantivyQuery.const_score_query(named, 0.0)


def _clause(schema: Schema, clause: Clause) -> TantivyQuery:
    match clause:
        case Word(term):
            return TantivyQuery.term_query(schema, "words", term)
        case Phrase(terms):
            return TantivyQuery.phrase_query(schema, "words", list(terms))
        case Some(clauses):
            return TantivyQuery.boolean_query([(Occur.Should, _clause(schema, inner)) for inner in clauses])
        case Best(clauses):
            return TantivyQuery.disjunction_max_query([_clause(schema, inner) for inner in clauses])
        case Weighted(weighed, factor):
            return TantivyQuery.boost_query(_clause(schema, weighed), factor)
        case Title(title, score):
            exact = TantivyQuery.term_query(schema, "title_exact", title, "basic")
            return TantivyQuery.const_score_query(exact, score)
